{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "operator-monitoring.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "operator-monitoring.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "operator-monitoring.entries" -}}
{{- include "operator-monitoring.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "operator-monitoring.one-release" -}}
{{- $found := lookup "postgresql.cnpg.io/v1" "Cluster" .Release.Namespace "ledger" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap consul-config, as JSON. */}}
{{- define "operator-monitoring.config.consul-config" -}}
{{- $data := dict }}
{{- $_ := set $data "server.json" (.Files.Get "files/consul-config/server.json") }}
{{- range $key, $value := (include "operator-monitoring.texts" .Values.config.consulConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap alerts-dashboards, as JSON. */}}
{{- define "operator-monitoring.config.alerts-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/alerts-dashboards/application.json") }}
{{- $_ := set $data "checkout.json" (.Files.Get "files/alerts-dashboards/checkout.json") }}
{{- $_ := set $data "objectives.json" (.Files.Get "files/alerts-dashboards/objectives.json") }}
{{- $_ := set $data "queue.json" (.Files.Get "files/alerts-dashboards/queue.json") }}
{{- range $key, $value := (include "operator-monitoring.texts" .Values.config.alertsDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read consul-config when it changes. */}}
{{- define "operator-monitoring.checksum.consul-config" -}}
{{- include "operator-monitoring.config.consul-config" . | sha256sum }}
{{- end }}
