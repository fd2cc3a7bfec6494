{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "monitoring.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "monitoring.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "monitoring.entries" -}}
{{- include "monitoring.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "monitoring.one-release" -}}
{{- $found := lookup "apps/v1" "Deployment" .Release.Namespace "jaeger" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap prometheus-settings, as JSON. */}}
{{- define "monitoring.config.prometheus-settings" -}}
{{- $data := dict }}
{{- $_ := set $data "api.rules.yml" (.Files.Get "files/prometheus-settings/api.rules.yml") }}
{{- $_ := set $data "prometheus.yml" (.Files.Get "files/prometheus-settings/prometheus.yml") }}
{{- $_ := set $data "slow.rules.yml" (.Files.Get "files/prometheus-settings/slow.rules.yml") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.prometheusSettings | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap overview-config, as JSON. */}}
{{- define "monitoring.config.overview-config" -}}
{{- $data := dict }}
{{- $_ := set $data "prometheus.yml" (.Files.Get "files/overview-config/prometheus.yml") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.overviewConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap jobs-config, as JSON. */}}
{{- define "monitoring.config.jobs-config" -}}
{{- $data := dict }}
{{- $_ := set $data "prometheus.yml" (.Files.Get "files/jobs-config/prometheus.yml") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.jobsConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-datasources, as JSON. */}}
{{- define "monitoring.config.grafana-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "datasources.yaml" (.Files.Get "files/grafana-datasources/datasources.yaml") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.grafanaDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-dashboards, as JSON. */}}
{{- define "monitoring.config.grafana-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/grafana-dashboards/application.json") }}
{{- $_ := set $data "checkout.json" (.Files.Get "files/grafana-dashboards/checkout.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/grafana-dashboards/infrastructure.json") }}
{{- $_ := set $data "provider.yaml" (.Files.Get "files/grafana-dashboards/provider.yaml") }}
{{- $_ := set $data "queue.json" (.Files.Get "files/grafana-dashboards/queue.json") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.grafanaDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap kiosk-datasources, as JSON. */}}
{{- define "monitoring.config.kiosk-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "datasources.yaml" (.Files.Get "files/kiosk-datasources/datasources.yaml") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.kioskDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap kiosk-dashboards, as JSON. */}}
{{- define "monitoring.config.kiosk-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/kiosk-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/kiosk-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/kiosk-dashboards/infrastructure.json") }}
{{- $_ := set $data "provider.yaml" (.Files.Get "files/kiosk-dashboards/provider.yaml") }}
{{- range $key, $value := (include "monitoring.texts" .Values.config.kioskDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read grafana-dashboards when it changes. */}}
{{- define "monitoring.checksum.grafana-dashboards" -}}
{{- include "monitoring.config.grafana-dashboards" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read grafana-datasources when it changes. */}}
{{- define "monitoring.checksum.grafana-datasources" -}}
{{- include "monitoring.config.grafana-datasources" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read jobs-config when it changes. */}}
{{- define "monitoring.checksum.jobs-config" -}}
{{- include "monitoring.config.jobs-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read kiosk-dashboards when it changes. */}}
{{- define "monitoring.checksum.kiosk-dashboards" -}}
{{- include "monitoring.config.kiosk-dashboards" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read kiosk-datasources when it changes. */}}
{{- define "monitoring.checksum.kiosk-datasources" -}}
{{- include "monitoring.config.kiosk-datasources" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read overview-config when it changes. */}}
{{- define "monitoring.checksum.overview-config" -}}
{{- include "monitoring.config.overview-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read prometheus-settings when it changes. */}}
{{- define "monitoring.checksum.prometheus-settings" -}}
{{- include "monitoring.config.prometheus-settings" . | sha256sum }}
{{- end }}
