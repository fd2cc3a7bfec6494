{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "custom-metrics.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "custom-metrics.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "custom-metrics.entries" -}}
{{- include "custom-metrics.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "custom-metrics.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "postgres" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap custom-metrics-dashboards, as JSON. */}}
{{- define "custom-metrics.config.custom-metrics-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/custom-metrics-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/custom-metrics-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/custom-metrics-dashboards/infrastructure.json") }}
{{- $_ := set $data "objectives.json" (.Files.Get "files/custom-metrics-dashboards/objectives.json") }}
{{- range $key, $value := (include "custom-metrics.texts" .Values.config.customMetricsDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap custom-metrics-adapter, as JSON. */}}
{{- define "custom-metrics.config.custom-metrics-adapter" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/custom-metrics-adapter/config.yaml") }}
{{- range $key, $value := (include "custom-metrics.texts" .Values.config.customMetricsAdapter | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}
