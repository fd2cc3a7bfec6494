{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "cloudretail.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "cloudretail.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "cloudretail.entries" -}}
{{- include "cloudretail.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "cloudretail.one-release" -}}
{{- $found := lookup "cert-manager.io/v1" "Certificate" .Release.Namespace "api-tls" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap postgres-users-backup, as JSON. */}}
{{- define "cloudretail.config.postgres-users-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/postgres-users-backup/backup.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.postgresUsersBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap postgres-products-backup, as JSON. */}}
{{- define "cloudretail.config.postgres-products-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/postgres-products-backup/backup.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.postgresProductsBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap postgres-orders-backup, as JSON. */}}
{{- define "cloudretail.config.postgres-orders-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/postgres-orders-backup/backup.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.postgresOrdersBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap postgres-inventory-backup, as JSON. */}}
{{- define "cloudretail.config.postgres-inventory-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/postgres-inventory-backup/backup.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.postgresInventoryBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap postgres-payments-backup, as JSON. */}}
{{- define "cloudretail.config.postgres-payments-backup" -}}
{{- $data := dict }}
{{- $_ := set $data "backup.sh" (.Files.Get "files/postgres-payments-backup/backup.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.postgresPaymentsBackup | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap zookeeper-config, as JSON. */}}
{{- define "cloudretail.config.zookeeper-config" -}}
{{- $data := dict }}
{{- $_ := set $data "start.sh" (.Files.Get "files/zookeeper-config/start.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.zookeeperConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap kafka-config, as JSON. */}}
{{- define "cloudretail.config.kafka-config" -}}
{{- $data := dict }}
{{- $_ := set $data "log4j.properties" (.Files.Get "files/kafka-config/log4j.properties") }}
{{- $_ := set $data "start.sh" (.Files.Get "files/kafka-config/start.sh") }}
{{- range $key, $value := (include "cloudretail.texts" .Values.config.kafkaConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap api-headers, as JSON. */}}
{{- define "cloudretail.config.api-headers" -}}
{{- include "cloudretail.texts" .Values.config.apiHeaders }}
{{- end }}

{{/* The data of ConfigMap cloudretail-config, as JSON. */}}
{{- define "cloudretail.config.cloudretail-config" -}}
{{- include "cloudretail.texts" .Values.config.cloudretailConfig }}
{{- end }}

{{/* Rolls the pods that read cloudretail-config when it changes. */}}
{{- define "cloudretail.checksum.cloudretail-config" -}}
{{- include "cloudretail.config.cloudretail-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read kafka-config when it changes. */}}
{{- define "cloudretail.checksum.kafka-config" -}}
{{- include "cloudretail.config.kafka-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read postgres-inventory-backup when it changes. */}}
{{- define "cloudretail.checksum.postgres-inventory-backup" -}}
{{- include "cloudretail.config.postgres-inventory-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read postgres-orders-backup when it changes. */}}
{{- define "cloudretail.checksum.postgres-orders-backup" -}}
{{- include "cloudretail.config.postgres-orders-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read postgres-payments-backup when it changes. */}}
{{- define "cloudretail.checksum.postgres-payments-backup" -}}
{{- include "cloudretail.config.postgres-payments-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read postgres-products-backup when it changes. */}}
{{- define "cloudretail.checksum.postgres-products-backup" -}}
{{- include "cloudretail.config.postgres-products-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read postgres-users-backup when it changes. */}}
{{- define "cloudretail.checksum.postgres-users-backup" -}}
{{- include "cloudretail.config.postgres-users-backup" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read zookeeper-config when it changes. */}}
{{- define "cloudretail.checksum.zookeeper-config" -}}
{{- include "cloudretail.config.zookeeper-config" . | sha256sum }}
{{- end }}
