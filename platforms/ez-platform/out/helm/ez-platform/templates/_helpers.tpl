{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "ez-platform.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "ez-platform.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "ez-platform.entries" -}}
{{- include "ez-platform.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "ez-platform.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "mongodb" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap mongodb-config, as JSON. */}}
{{- define "ez-platform.config.mongodb-config" -}}
{{- include "ez-platform.texts" .Values.config.mongodbConfig }}
{{- end }}

{{/* The data of ConfigMap mongodb-init, as JSON. */}}
{{- define "ez-platform.config.mongodb-init" -}}
{{- $data := dict }}
{{- $_ := set $data "init.js" (.Files.Get "files/mongodb-init/init.js") }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.mongodbInit | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap kafka-config, as JSON. */}}
{{- define "ez-platform.config.kafka-config" -}}
{{- $data := dict }}
{{- $_ := set $data "log4j2.properties" (.Files.Get "files/kafka-config/log4j2.properties") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/kafka-config/start.sh") }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.kafkaConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap hazelcast-config, as JSON. */}}
{{- define "ez-platform.config.hazelcast-config" -}}
{{- $data := dict }}
{{- $_ := set $data "hazelcast.yaml" (.Files.Get "files/hazelcast-config/hazelcast.yaml") }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.hazelcastConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap elasticsearch-config, as JSON. */}}
{{- define "ez-platform.config.elasticsearch-config" -}}
{{- include "ez-platform.texts" .Values.config.elasticsearchConfig }}
{{- end }}

{{/* The data of ConfigMap elasticsearch-retention, as JSON. */}}
{{- define "ez-platform.config.elasticsearch-retention" -}}
{{- $data := dict }}
{{- $_ := set $data "retention.sh" (.Files.Get "files/elasticsearch-retention/retention.sh") }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.elasticsearchRetention | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap prometheus-config, as JSON. */}}
{{- define "ez-platform.config.prometheus-config" -}}
{{- $data := dict }}
{{- $_ := set $data "prometheus.yml" (.Files.Get "files/prometheus-config/prometheus.yml" | replace "@NAMESPACE@" .Release.Namespace) }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.prometheusConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-datasources, as JSON. */}}
{{- define "ez-platform.config.grafana-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "datasources.yaml" (.Files.Get "files/grafana-datasources/datasources.yaml") }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.grafanaDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-dashboards, as JSON. */}}
{{- define "ez-platform.config.grafana-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/grafana-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/grafana-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/grafana-dashboards/infrastructure.json") }}
{{- $_ := set $data "objectives.json" (.Files.Get "files/grafana-dashboards/objectives.json") }}
{{- $_ := set $data "provider.yaml" (.Files.Get "files/grafana-dashboards/provider.yaml") }}
{{- range $key, $value := (include "ez-platform.texts" .Values.config.grafanaDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap services-config, as JSON. */}}
{{- define "ez-platform.config.services-config" -}}
{{- include "ez-platform.texts" .Values.config.servicesConfig }}
{{- end }}

{{/* Rolls the pods that read elasticsearch-config when it changes. */}}
{{- define "ez-platform.checksum.elasticsearch-config" -}}
{{- include "ez-platform.config.elasticsearch-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read elasticsearch-retention when it changes. */}}
{{- define "ez-platform.checksum.elasticsearch-retention" -}}
{{- include "ez-platform.config.elasticsearch-retention" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read fluent-bit-config when it changes. */}}
{{- define "ez-platform.checksum.fluent-bit-config" -}}
{{- .Values.checksums.fluentBitConfig }}
{{- end }}

{{/* Rolls the pods that read grafana-dashboards when it changes. */}}
{{- define "ez-platform.checksum.grafana-dashboards" -}}
{{- include "ez-platform.config.grafana-dashboards" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read grafana-datasources when it changes. */}}
{{- define "ez-platform.checksum.grafana-datasources" -}}
{{- include "ez-platform.config.grafana-datasources" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read hazelcast-config when it changes. */}}
{{- define "ez-platform.checksum.hazelcast-config" -}}
{{- include "ez-platform.config.hazelcast-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read kafka-config when it changes. */}}
{{- define "ez-platform.checksum.kafka-config" -}}
{{- include "ez-platform.config.kafka-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read mongodb-config when it changes. */}}
{{- define "ez-platform.checksum.mongodb-config" -}}
{{- include "ez-platform.config.mongodb-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read mongodb-init when it changes. */}}
{{- define "ez-platform.checksum.mongodb-init" -}}
{{- include "ez-platform.config.mongodb-init" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read prometheus-config when it changes. */}}
{{- define "ez-platform.checksum.prometheus-config" -}}
{{- .Values.checksums.prometheusConfig }}
{{- end }}

{{/* Rolls the pods that read services-config when it changes. */}}
{{- define "ez-platform.checksum.services-config" -}}
{{- include "ez-platform.config.services-config" . | sha256sum }}
{{- end }}
