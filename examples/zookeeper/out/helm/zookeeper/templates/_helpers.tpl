{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "zookeeper.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "zookeeper.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "zookeeper.entries" -}}
{{- include "zookeeper.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "zookeeper.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "coordination" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap coordination-config, as JSON. */}}
{{- define "zookeeper.config.coordination-config" -}}
{{- $data := dict }}
{{- $_ := set $data "start.sh" (.Files.Get "files/coordination-config/start.sh") }}
{{- range $key, $value := (include "zookeeper.texts" .Values.config.coordinationConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap locks-config, as JSON. */}}
{{- define "zookeeper.config.locks-config" -}}
{{- $data := dict }}
{{- $_ := set $data "start.sh" (.Files.Get "files/locks-config/start.sh") }}
{{- $_ := set $data "zoo.cfg" (.Files.Get "files/locks-config/zoo.cfg") }}
{{- range $key, $value := (include "zookeeper.texts" .Values.config.locksConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read coordination-config when it changes. */}}
{{- define "zookeeper.checksum.coordination-config" -}}
{{- include "zookeeper.config.coordination-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read locks-config when it changes. */}}
{{- define "zookeeper.checksum.locks-config" -}}
{{- include "zookeeper.config.locks-config" . | sha256sum }}
{{- end }}
