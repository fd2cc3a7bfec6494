{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "logging.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "logging.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "logging.entries" -}}
{{- include "logging.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "logging.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "elasticsearch" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap elasticsearch-config, as JSON. */}}
{{- define "logging.config.elasticsearch-config" -}}
{{- $data := dict }}
{{- $_ := set $data "elasticsearch.yml" (.Files.Get "files/elasticsearch-config/elasticsearch.yml") }}
{{- range $key, $value := (include "logging.texts" .Values.config.elasticsearchConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap elasticsearch-retention, as JSON. */}}
{{- define "logging.config.elasticsearch-retention" -}}
{{- $data := dict }}
{{- $_ := set $data "retention.sh" (.Files.Get "files/elasticsearch-retention/retention.sh") }}
{{- range $key, $value := (include "logging.texts" .Values.config.elasticsearchRetention | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap loki-config, as JSON. */}}
{{- define "logging.config.loki-config" -}}
{{- include "logging.texts" .Values.config.lokiConfig }}
{{- end }}

{{/* The data of ConfigMap store-config, as JSON. */}}
{{- define "logging.config.store-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/store-config/config.yaml") }}
{{- range $key, $value := (include "logging.texts" .Values.config.storeConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-datasources, as JSON. */}}
{{- define "logging.config.grafana-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "datasources.yaml" (.Files.Get "files/grafana-datasources/datasources.yaml") }}
{{- range $key, $value := (include "logging.texts" .Values.config.grafanaDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap grafana-dashboards, as JSON. */}}
{{- define "logging.config.grafana-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/grafana-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/grafana-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/grafana-dashboards/infrastructure.json") }}
{{- $_ := set $data "provider.yaml" (.Files.Get "files/grafana-dashboards/provider.yaml") }}
{{- range $key, $value := (include "logging.texts" .Values.config.grafanaDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap of-the-cluster-datasources, as JSON. */}}
{{- define "logging.config.of-the-cluster-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "loki.yaml" (.Files.Get "files/of-the-cluster-datasources/loki.yaml" | replace "@NAMESPACE@" .Release.Namespace) }}
{{- range $key, $value := (include "logging.texts" .Values.config.ofTheClusterDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read audit-config when it changes. */}}
{{- define "logging.checksum.audit-config" -}}
{{- .Values.checksums.auditConfig }}
{{- end }}

{{/* Rolls the pods that read elasticsearch-config when it changes. */}}
{{- define "logging.checksum.elasticsearch-config" -}}
{{- include "logging.config.elasticsearch-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read elasticsearch-retention when it changes. */}}
{{- define "logging.checksum.elasticsearch-retention" -}}
{{- include "logging.config.elasticsearch-retention" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read fluent-bit-config when it changes. */}}
{{- define "logging.checksum.fluent-bit-config" -}}
{{- .Values.checksums.fluentBitConfig }}
{{- end }}

{{/* Rolls the pods that read grafana-dashboards when it changes. */}}
{{- define "logging.checksum.grafana-dashboards" -}}
{{- include "logging.config.grafana-dashboards" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read grafana-datasources when it changes. */}}
{{- define "logging.checksum.grafana-datasources" -}}
{{- include "logging.config.grafana-datasources" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read loki-config when it changes. */}}
{{- define "logging.checksum.loki-config" -}}
{{- include "logging.config.loki-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read store-config when it changes. */}}
{{- define "logging.checksum.store-config" -}}
{{- include "logging.config.store-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read trial-config when it changes. */}}
{{- define "logging.checksum.trial-config" -}}
{{- .Values.checksums.trialConfig }}
{{- end }}
