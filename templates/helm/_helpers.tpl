{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "@CHART@.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
