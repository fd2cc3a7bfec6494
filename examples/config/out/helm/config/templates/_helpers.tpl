{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "config.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "config.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "config.entries" -}}
{{- include "config.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "config.one-release" -}}
{{- $found := lookup "apps/v1" "Deployment" .Release.Namespace "web" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap app, as JSON. */}}
{{- define "config.config.app" -}}
{{- include "config.texts" .Values.config.app }}
{{- end }}

{{/* The data of ConfigMap nginx, as JSON. */}}
{{- define "config.config.nginx" -}}
{{- $data := dict }}
{{- $_ := set $data "nginx.conf" (.Files.Get "files/nginx/nginx.conf") }}
{{- range $key, $value := (include "config.texts" .Values.config.nginx | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read app when it changes. */}}
{{- define "config.checksum.app" -}}
{{- include "config.config.app" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read nginx when it changes. */}}
{{- define "config.checksum.nginx" -}}
{{- include "config.config.nginx" . | sha256sum }}
{{- end }}
