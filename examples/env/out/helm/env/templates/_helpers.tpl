{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "env.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "env.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "env.entries" -}}
{{- include "env.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "env.one-release" -}}
{{- $found := lookup "apps/v1" "Deployment" .Release.Namespace "api" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap app, as JSON. */}}
{{- define "env.config.app" -}}
{{- include "env.texts" .Values.config.app }}
{{- end }}

{{/* The data of ConfigMap tuning, as JSON. */}}
{{- define "env.config.tuning" -}}
{{- include "env.texts" .Values.config.tuning }}
{{- end }}

{{/* Rolls the pods that read app when it changes. */}}
{{- define "env.checksum.app" -}}
{{- include "env.config.app" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read overrides when it changes. */}}
{{- define "env.checksum.overrides" -}}
{{- .Values.checksums.overrides }}
{{- end }}

{{/* Rolls the pods that read tuning when it changes. */}}
{{- define "env.checksum.tuning" -}}
{{- include "env.config.tuning" . | sha256sum }}
{{- end }}
