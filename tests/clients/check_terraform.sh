#!/usr/bin/env bash
# Drives Stateside with Terraform's AWS provider: create, plan without changes, update, destroy. Skipped, with a line, where Terraform or
# the provider is not on this machine.
set -euo pipefail
cd "$(dirname "$0")/terraform"
mirror=
for folder in "${TF_PLUGIN_MIRROR:-}" ~/.terraform.d/plugins /usr/local/share/terraform/plugins /opt/*; do
    if [ -n "$folder" ] && [ -d "$folder/registry.terraform.io/hashicorp/aws" ]; then mirror=$folder; fi
done
if ! command -v terraform >/dev/null || [ -z "$mirror" ]; then
    echo "skipped: Terraform with the AWS provider is not here (TF_PLUGIN_MIRROR names a folder with it)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp main.tf "$work"
cd "$work"
printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$mirror" > cli.tfrc
export TF_CLI_CONFIG_FILE=$work/cli.tfrc TF_VAR_endpoint=$AWS_ENDPOINT_URL_SFN TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
quietly() { "$@" > log.txt 2>&1 || { cat log.txt; echo "terraform: $* failed"; exit 1; }; }
quietly terraform init -input=false
TF_VAR_result=1 quietly terraform apply -input=false -auto-approve
TF_VAR_result=1 quietly terraform plan -input=false -detailed-exitcode
TF_VAR_result=2 quietly terraform apply -input=false -auto-approve
TF_VAR_result=2 quietly terraform plan -input=false -detailed-exitcode
TF_VAR_result=2 quietly terraform destroy -input=false -auto-approve
echo "Terraform $(terraform version -json | python3 -c 'import json, sys; print(json.load(sys.stdin)["terraform_version"])'): created, unchanged, updated, unchanged, destroyed"
