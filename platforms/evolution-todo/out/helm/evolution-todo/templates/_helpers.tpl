{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "evolution-todo.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "evolution-todo.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "evolution-todo.entries" -}}
{{- include "evolution-todo.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "evolution-todo.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "postgres" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap loki-config, as JSON. */}}
{{- define "evolution-todo.config.loki-config" -}}
{{- $data := dict }}
{{- $_ := set $data "config.yaml" (.Files.Get "files/loki-config/config.yaml") }}
{{- range $key, $value := (include "evolution-todo.texts" .Values.config.lokiConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap monitoring-dashboards, as JSON. */}}
{{- define "evolution-todo.config.monitoring-dashboards" -}}
{{- $data := dict }}
{{- $_ := set $data "application.json" (.Files.Get "files/monitoring-dashboards/application.json") }}
{{- $_ := set $data "database.json" (.Files.Get "files/monitoring-dashboards/database.json") }}
{{- $_ := set $data "infrastructure.json" (.Files.Get "files/monitoring-dashboards/infrastructure.json") }}
{{- $_ := set $data "objectives.json" (.Files.Get "files/monitoring-dashboards/objectives.json") }}
{{- range $key, $value := (include "evolution-todo.texts" .Values.config.monitoringDashboards | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap monitoring-datasources, as JSON. */}}
{{- define "evolution-todo.config.monitoring-datasources" -}}
{{- $data := dict }}
{{- $_ := set $data "loki.yaml" (.Files.Get "files/monitoring-datasources/loki.yaml" | replace "@NAMESPACE@" .Release.Namespace) }}
{{- range $key, $value := (include "evolution-todo.texts" .Values.config.monitoringDatasources | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap app-config, as JSON. */}}
{{- define "evolution-todo.config.app-config" -}}
{{- include "evolution-todo.texts" .Values.config.appConfig }}
{{- end }}

{{/* Rolls the pods that read app-config when it changes. */}}
{{- define "evolution-todo.checksum.app-config" -}}
{{- include "evolution-todo.config.app-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read fluent-bit-config when it changes. */}}
{{- define "evolution-todo.checksum.fluent-bit-config" -}}
{{- .Values.checksums.fluentBitConfig }}
{{- end }}

{{/* Rolls the pods that read loki-config when it changes. */}}
{{- define "evolution-todo.checksum.loki-config" -}}
{{- include "evolution-todo.config.loki-config" . | sha256sum }}
{{- end }}
