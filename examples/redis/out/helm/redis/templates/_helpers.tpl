{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "redis.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "redis.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "redis.entries" -}}
{{- include "redis.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "redis.one-release" -}}
{{- $found := lookup "apps/v1" "Deployment" .Release.Namespace "pages" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap carts-cluster, as JSON. */}}
{{- define "redis.config.carts-cluster" -}}
{{- $data := dict }}
{{- $_ := set $data "form.sh" (.Files.Get "files/carts-cluster/form.sh") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/carts-cluster/start.sh") }}
{{- range $key, $value := (include "redis.texts" .Values.config.cartsCluster | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read carts-cluster when it changes. */}}
{{- define "redis.checksum.carts-cluster" -}}
{{- include "redis.config.carts-cluster" . | sha256sum }}
{{- end }}
