{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "elasticsearch.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "elasticsearch.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "elasticsearch.entries" -}}
{{- include "elasticsearch.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "elasticsearch.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "logs" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap logs-config, as JSON. */}}
{{- define "elasticsearch.config.logs-config" -}}
{{- include "elasticsearch.texts" .Values.config.logsConfig }}
{{- end }}

{{/* The data of ConfigMap logs-retention, as JSON. */}}
{{- define "elasticsearch.config.logs-retention" -}}
{{- $data := dict }}
{{- $_ := set $data "retention.sh" (.Files.Get "files/logs-retention/retention.sh") }}
{{- range $key, $value := (include "elasticsearch.texts" .Values.config.logsRetention | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap traces-retention, as JSON. */}}
{{- define "elasticsearch.config.traces-retention" -}}
{{- $data := dict }}
{{- $_ := set $data "retention.sh" (.Files.Get "files/traces-retention/retention.sh") }}
{{- range $key, $value := (include "elasticsearch.texts" .Values.config.tracesRetention | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap scratch-config, as JSON. */}}
{{- define "elasticsearch.config.scratch-config" -}}
{{- $data := dict }}
{{- $_ := set $data "elasticsearch.yml" (.Files.Get "files/scratch-config/elasticsearch.yml") }}
{{- range $key, $value := (include "elasticsearch.texts" .Values.config.scratchConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read logs-config when it changes. */}}
{{- define "elasticsearch.checksum.logs-config" -}}
{{- include "elasticsearch.config.logs-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read logs-retention when it changes. */}}
{{- define "elasticsearch.checksum.logs-retention" -}}
{{- include "elasticsearch.config.logs-retention" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read scratch-config when it changes. */}}
{{- define "elasticsearch.checksum.scratch-config" -}}
{{- include "elasticsearch.config.scratch-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read traces-retention when it changes. */}}
{{- define "elasticsearch.checksum.traces-retention" -}}
{{- include "elasticsearch.config.traces-retention" . | sha256sum }}
{{- end }}
