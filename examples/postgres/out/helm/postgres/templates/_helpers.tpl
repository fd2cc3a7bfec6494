{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "postgres.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "postgres.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "postgres.entries" -}}
{{- include "postgres.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "postgres.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "orders" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap billing-pooler, as JSON. */}}
{{- define "postgres.config.billing-pooler" -}}
{{- $data := dict }}
{{- $_ := set $data "pgbouncer.ini" (.Files.Get "files/billing-pooler/pgbouncer.ini") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/billing-pooler/start.sh") }}
{{- range $key, $value := (include "postgres.texts" .Values.config.billingPooler | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap billing-backup, as JSON. */}}
{{- define "postgres.config.billing-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/billing-backup/backup.sh") }}
{{- range $key, $value := (include "postgres.texts" .Values.config.billingBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap audit-backup, as JSON. */}}
{{- define "postgres.config.audit-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/audit-backup/backup.sh") }}
{{- range $key, $value := (include "postgres.texts" .Values.config.auditBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read audit-backup when it changes. */}}
{{- define "postgres.checksum.audit-backup" -}}
{{- include "postgres.config.audit-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read billing-backup when it changes. */}}
{{- define "postgres.checksum.billing-backup" -}}
{{- include "postgres.config.billing-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read billing-pooler when it changes. */}}
{{- define "postgres.checksum.billing-pooler" -}}
{{- include "postgres.config.billing-pooler" . | sha256sum }}
{{- end }}
