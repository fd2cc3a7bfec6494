{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "consul.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "consul.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "consul.entries" -}}
{{- include "consul.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "consul.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "discovery" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap discovery-config, as JSON. */}}
{{- define "consul.config.discovery-config" -}}
{{- include "consul.texts" .Values.config.discoveryConfig }}
{{- end }}

{{/* The data of ConfigMap lab-config, as JSON. */}}
{{- define "consul.config.lab-config" -}}
{{- $data := dict }}
{{- $_ := set $data "server.json" (.Files.Get "files/lab-config/server.json") }}
{{- range $key, $value := (include "consul.texts" .Values.config.labConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read discovery-config when it changes. */}}
{{- define "consul.checksum.discovery-config" -}}
{{- include "consul.config.discovery-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read lab-config when it changes. */}}
{{- define "consul.checksum.lab-config" -}}
{{- include "consul.config.lab-config" . | sha256sum }}
{{- end }}
