{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "certificates.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "certificates.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "certificates.entries" -}}
{{- include "certificates.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "certificates.one-release" -}}
{{- $found := lookup "cert-manager.io/v1" "Issuer" .Release.Namespace "internal-root" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}
