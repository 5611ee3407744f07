terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "result" { type = number }

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints { sfn = var.endpoint }
}

resource "aws_sfn_activity" "work" {
  name = "terraform-work"
  tags = { team = "a" }
}

resource "aws_sfn_state_machine" "machine" {
  name     = "terraform-machine"
  role_arn = "arn:aws:iam::123456789012:role/any"
  publish  = true
  tags     = { team = "a" }
  definition = jsonencode({
    StartAt = "P"
    States  = { P = { Type = "Pass", Result = var.result, End = true } }
  })
}

resource "aws_sfn_alias" "live" {
  name = "live"
  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.machine.state_machine_version_arn
    weight                    = 100
  }
}
