{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "kafka.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "kafka.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "kafka.entries" -}}
{{- include "kafka.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "kafka.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "coordination" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap coordination-config, as JSON. */}}
{{- define "kafka.config.coordination-config" -}}
{{- $data := dict }}
{{- $_ := set $data "start.sh" (.Files.Get "files/coordination-config/start.sh") }}
{{- range $key, $value := (include "kafka.texts" .Values.config.coordinationConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap events-config, as JSON. */}}
{{- define "kafka.config.events-config" -}}
{{- $data := dict }}
{{- $_ := set $data "log4j2.properties" (.Files.Get "files/events-config/log4j2.properties") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/events-config/start.sh") }}
{{- range $key, $value := (include "kafka.texts" .Values.config.eventsConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap events-topics, as JSON. */}}
{{- define "kafka.config.events-topics" -}}
{{- $data := dict }}
{{- $_ := set $data "topics.sh" (.Files.Get "files/events-topics/topics.sh") }}
{{- range $key, $value := (include "kafka.texts" .Values.config.eventsTopics | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap legacy-config, as JSON. */}}
{{- define "kafka.config.legacy-config" -}}
{{- $data := dict }}
{{- $_ := set $data "log4j.properties" (.Files.Get "files/legacy-config/log4j.properties") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/legacy-config/start.sh") }}
{{- range $key, $value := (include "kafka.texts" .Values.config.legacyConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap archive-config, as JSON. */}}
{{- define "kafka.config.archive-config" -}}
{{- $data := dict }}
{{- $_ := set $data "log4j2.properties" (.Files.Get "files/archive-config/log4j2.properties") }}
{{- $_ := set $data "server.properties" (.Files.Get "files/archive-config/server.properties") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/archive-config/start.sh") }}
{{- range $key, $value := (include "kafka.texts" .Values.config.archiveConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read archive-config when it changes. */}}
{{- define "kafka.checksum.archive-config" -}}
{{- include "kafka.config.archive-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read coordination-config when it changes. */}}
{{- define "kafka.checksum.coordination-config" -}}
{{- include "kafka.config.coordination-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read events-config when it changes. */}}
{{- define "kafka.checksum.events-config" -}}
{{- include "kafka.config.events-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read events-topics when it changes. */}}
{{- define "kafka.checksum.events-topics" -}}
{{- include "kafka.config.events-topics" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read legacy-config when it changes. */}}
{{- define "kafka.checksum.legacy-config" -}}
{{- include "kafka.config.legacy-config" . | sha256sum }}
{{- end }}
