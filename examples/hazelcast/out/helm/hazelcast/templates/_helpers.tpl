{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "hazelcast.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "hazelcast.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "hazelcast.entries" -}}
{{- include "hazelcast.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "hazelcast.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "cache" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap cache-config, as JSON. */}}
{{- define "hazelcast.config.cache-config" -}}
{{- $data := dict }}
{{- $_ := set $data "hazelcast.yaml" (.Files.Get "files/cache-config/hazelcast.yaml") }}
{{- range $key, $value := (include "hazelcast.texts" .Values.config.cacheConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap flags-config, as JSON. */}}
{{- define "hazelcast.config.flags-config" -}}
{{- $data := dict }}
{{- $_ := set $data "hazelcast.yaml" (.Files.Get "files/flags-config/hazelcast.yaml") }}
{{- range $key, $value := (include "hazelcast.texts" .Values.config.flagsConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read cache-config when it changes. */}}
{{- define "hazelcast.checksum.cache-config" -}}
{{- include "hazelcast.config.cache-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read flags-config when it changes. */}}
{{- define "hazelcast.checksum.flags-config" -}}
{{- include "hazelcast.config.flags-config" . | sha256sum }}
{{- end }}
