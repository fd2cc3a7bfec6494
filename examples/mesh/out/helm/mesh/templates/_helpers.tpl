{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "mesh.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "mesh.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "mesh.entries" -}}
{{- include "mesh.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "mesh.one-release" -}}
{{- $found := lookup "postgresql.cnpg.io/v1" "Cluster" .Release.Namespace "ledger" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap prometheus-config, as JSON. */}}
{{- define "mesh.config.prometheus-config" -}}
{{- $data := dict }}
{{- $_ := set $data "prometheus.yml" (.Files.Get "files/prometheus-config/prometheus.yml") }}
{{- range $key, $value := (include "mesh.texts" .Values.config.prometheusConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap shop-headers, as JSON. */}}
{{- define "mesh.config.shop-headers" -}}
{{- include "mesh.texts" .Values.config.shopHeaders }}
{{- end }}

{{/* Rolls the pods that read prometheus-config when it changes. */}}
{{- define "mesh.checksum.prometheus-config" -}}
{{- include "mesh.config.prometheus-config" . | sha256sum }}
{{- end }}
