{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "policy.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "policy.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "policy.entries" -}}
{{- include "policy.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "policy.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "payments-db" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap prometheus-config, as JSON. */}}
{{- define "policy.config.prometheus-config" -}}
{{- $data := dict }}
{{- $_ := set $data "prometheus.yml" (.Files.Get "files/prometheus-config/prometheus.yml") }}
{{- range $key, $value := (include "policy.texts" .Values.config.prometheusConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-datasources, as JSON. */}}
{{- define "policy.config.grafana-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "datasources.yaml" (.Files.Get "files/grafana-datasources/datasources.yaml") }}
{{- range $key, $value := (include "policy.texts" .Values.config.grafanaDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-dashboards, as JSON. */}}
{{- define "policy.config.grafana-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/grafana-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/grafana-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/grafana-dashboards/infrastructure.json") }}
{{- $_ := set $data "provider.yaml" (.Files.Get "files/grafana-dashboards/provider.yaml") }}
{{- range $key, $value := (include "policy.texts" .Values.config.grafanaDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read grafana-dashboards when it changes. */}}
{{- define "policy.checksum.grafana-dashboards" -}}
{{- include "policy.config.grafana-dashboards" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read grafana-datasources when it changes. */}}
{{- define "policy.checksum.grafana-datasources" -}}
{{- include "policy.config.grafana-datasources" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read prometheus-config when it changes. */}}
{{- define "policy.checksum.prometheus-config" -}}
{{- include "policy.config.prometheus-config" . | sha256sum }}
{{- end }}
