{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "@CHART@.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "@CHART@.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "@CHART@.entries" -}}
{{- include "@CHART@.texts" . | fromJson | toYaml }}
{{- end }}
