{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "redpanda.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "redpanda.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "redpanda.entries" -}}
{{- include "redpanda.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "redpanda.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "events" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap events-config, as JSON. */}}
{{- define "redpanda.config.events-config" -}}
{{- $data := dict }}
{{- $_ := set $data "start.sh" (.Files.Get "files/events-config/start.sh") }}
{{- range $key, $value := (include "redpanda.texts" .Values.config.eventsConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap scratch-config, as JSON. */}}
{{- define "redpanda.config.scratch-config" -}}
{{- $data := dict }}
{{- $_ := set $data "bootstrap.yaml" (.Files.Get "files/scratch-config/bootstrap.yaml") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/scratch-config/start.sh") }}
{{- range $key, $value := (include "redpanda.texts" .Values.config.scratchConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read events-config when it changes. */}}
{{- define "redpanda.checksum.events-config" -}}
{{- include "redpanda.config.events-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read scratch-config when it changes. */}}
{{- define "redpanda.checksum.scratch-config" -}}
{{- include "redpanda.config.scratch-config" . | sha256sum }}
{{- end }}
