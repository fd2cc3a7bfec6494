{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "tartware.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "tartware.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "tartware.entries" -}}
{{- include "tartware.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "tartware.one-release" -}}
{{- $found := lookup "cert-manager.io/v1" "Certificate" .Release.Namespace "traces-nodes-tls" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap redis-cluster, as JSON. */}}
{{- define "tartware.config.redis-cluster" -}}
{{- $data := dict }}
{{- $_ := set $data "form.sh" (.Files.Get "files/redis-cluster/form.sh") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/redis-cluster/start.sh") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.redisCluster | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap events-config, as JSON. */}}
{{- define "tartware.config.events-config" -}}
{{- $data := dict }}
{{- $_ := set $data "bootstrap.yaml" (.Files.Get "files/events-config/bootstrap.yaml") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/events-config/start.sh") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.eventsConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap consul-config, as JSON. */}}
{{- define "tartware.config.consul-config" -}}
{{- include "tartware.texts" .Values.config.consulConfig }}
{{- end }}

{{/* The data of ConfigMap traces-config, as JSON. */}}
{{- define "tartware.config.traces-config" -}}
{{- include "tartware.texts" .Values.config.tracesConfig }}
{{- end }}

{{/* The data of ConfigMap traces-retention, as JSON. */}}
{{- define "tartware.config.traces-retention" -}}
{{- $data := dict }}
{{- $_ := set $data "retention.sh" (.Files.Get "files/traces-retention/retention.sh") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.tracesRetention | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap jaeger-config, as JSON. */}}
{{- define "tartware.config.jaeger-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/jaeger-config/config.yaml") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.jaegerConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap collector-sampler-config, as JSON. */}}
{{- define "tartware.config.collector-sampler-config" -}}
{{- include "tartware.texts" .Values.config.collectorSamplerConfig }}
{{- end }}

{{/* The data of ConfigMap collector-config, as JSON. */}}
{{- define "tartware.config.collector-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/collector-config/config.yaml") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.collectorConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap monitoring-dashboards, as JSON. */}}
{{- define "tartware.config.monitoring-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/monitoring-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/monitoring-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/monitoring-dashboards/infrastructure.json") }}
{{- $_ := set $data "objectives.json" (.Files.Get "files/monitoring-dashboards/objectives.json") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.monitoringDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap monitoring-adapter, as JSON. */}}
{{- define "tartware.config.monitoring-adapter" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/monitoring-adapter/config.yaml") }}
{{- range $key, $value := (include "tartware.texts" .Values.config.monitoringAdapter | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap database-config, as JSON. */}}
{{- define "tartware.config.database-config" -}}
{{- include "tartware.texts" .Values.config.databaseConfig }}
{{- end }}

{{/* The data of ConfigMap redis-config, as JSON. */}}
{{- define "tartware.config.redis-config" -}}
{{- include "tartware.texts" .Values.config.redisConfig }}
{{- end }}

{{/* The data of ConfigMap messaging-config, as JSON. */}}
{{- define "tartware.config.messaging-config" -}}
{{- include "tartware.texts" .Values.config.messagingConfig }}
{{- end }}

{{/* The data of ConfigMap tracing-config, as JSON. */}}
{{- define "tartware.config.tracing-config" -}}
{{- include "tartware.texts" .Values.config.tracingConfig }}
{{- end }}

{{/* Rolls the pods that read collector-config when it changes. */}}
{{- define "tartware.checksum.collector-config" -}}
{{- include "tartware.config.collector-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read collector-sampler-config when it changes. */}}
{{- define "tartware.checksum.collector-sampler-config" -}}
{{- include "tartware.config.collector-sampler-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read consul-config when it changes. */}}
{{- define "tartware.checksum.consul-config" -}}
{{- include "tartware.config.consul-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read database-config when it changes. */}}
{{- define "tartware.checksum.database-config" -}}
{{- include "tartware.config.database-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read events-config when it changes. */}}
{{- define "tartware.checksum.events-config" -}}
{{- include "tartware.config.events-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read jaeger-config when it changes. */}}
{{- define "tartware.checksum.jaeger-config" -}}
{{- include "tartware.config.jaeger-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read messaging-config when it changes. */}}
{{- define "tartware.checksum.messaging-config" -}}
{{- include "tartware.config.messaging-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read redis-cluster when it changes. */}}
{{- define "tartware.checksum.redis-cluster" -}}
{{- include "tartware.config.redis-cluster" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read redis-config when it changes. */}}
{{- define "tartware.checksum.redis-config" -}}
{{- include "tartware.config.redis-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read traces-config when it changes. */}}
{{- define "tartware.checksum.traces-config" -}}
{{- include "tartware.config.traces-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read traces-retention when it changes. */}}
{{- define "tartware.checksum.traces-retention" -}}
{{- include "tartware.config.traces-retention" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read tracing-config when it changes. */}}
{{- define "tartware.checksum.tracing-config" -}}
{{- include "tartware.config.tracing-config" . | sha256sum }}
{{- end }}
