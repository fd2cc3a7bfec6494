{{/* An image by its repository, tag and digest, e.g. registry.example.com/auth:1.0.0. */}}
{{- define "mongodb.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A map of texts as JSON; whole numbers and booleans stand for their text. */}}
{{- define "mongodb.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{/* The same as YAML. */}}
{{- define "mongodb.entries" -}}
{{- include "mongodb.texts" . | fromJson | toYaml }}
{{- end }}

{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}
{{- define "mongodb.one-release" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .Release.Namespace "orders" | default dict }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}
{{- if and $owner (ne $owner .Release.Name) }}
{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}
{{- end }}
{{- end }}

{{/* The data of ConfigMap orders-config, as JSON. */}}
{{- define "mongodb.config.orders-config" -}}
{{- $data := dict }}
{{- $_ := set $data "mongod.conf" (.Files.Get "files/orders-config/mongod.conf") }}
{{- range $key, $value := (include "mongodb.texts" .Values.config.ordersConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap orders-init, as JSON. */}}
{{- define "mongodb.config.orders-init" -}}
{{- $data := dict }}
{{- $_ := set $data "init.js" (.Files.Get "files/orders-init/init.js") }}
{{- range $key, $value := (include "mongodb.texts" .Values.config.ordersInit | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap carts-config, as JSON. */}}
{{- define "mongodb.config.carts-config" -}}
{{- $data := dict }}
{{- $_ := set $data "mongod.conf" (.Files.Get "files/carts-config/mongod.conf") }}
{{- range $key, $value := (include "mongodb.texts" .Values.config.cartsConfig | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* The data of ConfigMap carts-init, as JSON. */}}
{{- define "mongodb.config.carts-init" -}}
{{- $data := dict }}
{{- $_ := set $data "init.js" (.Files.Get "files/carts-init/init.js") }}
{{- $_ := set $data "set.json" (.Files.Get "files/carts-init/set.json") }}
{{- range $key, $value := (include "mongodb.texts" .Values.config.cartsInit | fromJson) }}
{{- $_ := set $data $key $value }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Rolls the pods that read carts-config when it changes. */}}
{{- define "mongodb.checksum.carts-config" -}}
{{- include "mongodb.config.carts-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read carts-init when it changes. */}}
{{- define "mongodb.checksum.carts-init" -}}
{{- include "mongodb.config.carts-init" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read orders-config when it changes. */}}
{{- define "mongodb.checksum.orders-config" -}}
{{- include "mongodb.config.orders-config" . | sha256sum }}
{{- end }}

{{/* Rolls the pods that read orders-init when it changes. */}}
{{- define "mongodb.checksum.orders-init" -}}
{{- include "mongodb.config.orders-init" . | sha256sum }}
{{- end }}
