{{/* The settings of proxy.yaml, with what the chart needs from them checked. */}}
{{- define "meeting-proxy.settings" -}}
{{- $text := required "configuration is empty: --set-file configuration=proxy.yaml" .Values.configuration -}}
{{- $settings := fromYaml $text -}}
{{- if hasKey $settings "Error" -}}{{- fail (printf "configuration is no YAML: %s" $settings.Error) -}}{{- end -}}
{{- range $name := list "listen" "admin" "consent_pages" -}}
{{- $given := get $settings $name -}}
{{- if or $given (ne $name "consent_pages") -}}
{{- $host := dig "host" "127.0.0.1" ($given | default dict) -}}
{{- if not (has $host (list "0.0.0.0" "::")) -}}
{{- fail (printf "configuration: %s.host is %s, which nobody reaches in a pod: write 0.0.0.0; networkPolicy says who may connect" $name $host) -}}
{{- end -}}{{- end -}}{{- end -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- if not (hasPrefix "postgresql" (get $settings "store" | default "sqlite")) -}}
{{- fail "replicas: more than one need one store for all: set 'store: postgresql://…' in the configuration" -}}
{{- end -}}
{{- $name := dig "ledger" "name" "" $settings -}}
{{- if not (and (kindIs "map" $name) (eq (get $name "env" | default "") "POD_NAME")) -}}
{{- fail "replicas: each ledger needs a name of its own: set 'ledger: {name: {env: POD_NAME}}' in the configuration" -}}
{{- end -}}{{- end -}}
{{- if and .Values.ingress.enabled (not (get $settings "consent_pages")) -}}
{{- fail "ingress: the configuration has no 'consent_pages', and nothing else is for the public" -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end -}}

{{- define "meeting-proxy.name" -}}
{{- .Values.nameOverride | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "meeting-proxy.selector" -}}
app.kubernetes.io/name: meeting-proxy
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "meeting-proxy.labels" -}}
{{ include "meeting-proxy.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "meeting-proxy.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}
