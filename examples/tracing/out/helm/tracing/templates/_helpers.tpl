{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "tracing.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "tracing.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "tracing.entries" -}}
{{- include "tracing.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "tracing.one-release" -}}
{{- $found := lookup "apps/v1" "Deployment" .Release.Namespace "jaeger" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap elasticsearch-config, as JSON. */}}
{{- define "tracing.config.elasticsearch-config" -}}
{{- $data := dict }}
{{- $_ := set $data "elasticsearch.yml" (.Files.Get "files/elasticsearch-config/elasticsearch.yml") }}
{{- range $key, $value := (include "tracing.texts" .Values.config.elasticsearchConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap elasticsearch-retention, as JSON. */}}
{{- define "tracing.config.elasticsearch-retention" -}}
{{- $data := dict }}
{{- $_ := set $data "retention.sh" (.Files.Get "files/elasticsearch-retention/retention.sh") }}
{{- range $key, $value := (include "tracing.texts" .Values.config.elasticsearchRetention | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap jaeger-config, as JSON. */}}
{{- define "tracing.config.jaeger-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/jaeger-config/config.yaml") }}
{{- range $key, $value := (include "tracing.texts" .Values.config.jaegerConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap collector-sampler-config, as JSON. */}}
{{- define "tracing.config.collector-sampler-config" -}}
{{- include "tracing.texts" .Values.config.collectorSamplerConfig }}
{{- end }}

{{/* The data of ConfigMap collector-config, as JSON. */}}
{{- define "tracing.config.collector-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/collector-config/config.yaml") }}
{{- range $key, $value := (include "tracing.texts" .Values.config.collectorConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap trial-sampler-config, as JSON. */}}
{{- define "tracing.config.trial-sampler-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/trial-sampler-config/config.yaml") }}
{{- range $key, $value := (include "tracing.texts" .Values.config.trialSamplerConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap trial-config, as JSON. */}}
{{- define "tracing.config.trial-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/trial-config/config.yaml") }}
{{- range $key, $value := (include "tracing.texts" .Values.config.trialConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read collector-config when it changes. */}}
{{- define "tracing.checksum.collector-config" -}}
{{- include "tracing.config.collector-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read collector-sampler-config when it changes. */}}
{{- define "tracing.checksum.collector-sampler-config" -}}
{{- include "tracing.config.collector-sampler-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read elasticsearch-config when it changes. */}}
{{- define "tracing.checksum.elasticsearch-config" -}}
{{- include "tracing.config.elasticsearch-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read elasticsearch-retention when it changes. */}}
{{- define "tracing.checksum.elasticsearch-retention" -}}
{{- include "tracing.config.elasticsearch-retention" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read trial-config when it changes. */}}
{{- define "tracing.checksum.trial-config" -}}
{{- include "tracing.config.trial-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read trial-sampler-config when it changes. */}}
{{- define "tracing.checksum.trial-sampler-config" -}}
{{- include "tracing.config.trial-sampler-config" . | sha256sum }}
{{- end }}
