// Generated from the schema in sql/ by `make types`. Do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {

  "public": {
          Tables: {
            "api_credentials": {
                  Row: {
                    "created_at": string,"description": string,"expires_at": string | null,"has_secret": boolean,"id": string,"last_used_at": string | null,"metadata": NonNullable<Json>,"name": string,"organization_id": string,"rotated_at": string | null,"settings": NonNullable<Json>,"type": Database["public"]['Enums']["credential_type"],"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"description"?: string,"expires_at"?: string | null,"has_secret"?: boolean,"id"?: string,"last_used_at"?: string | null,"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"rotated_at"?: string | null,"settings"?: NonNullable<Json>,"type": Database["public"]['Enums']["credential_type"],"updated_at"?: string,"user_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"description"?: string,"expires_at"?: string | null,"has_secret"?: boolean,"id"?: string,"last_used_at"?: string | null,"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"rotated_at"?: string | null,"settings"?: NonNullable<Json>,"type"?: Database["public"]['Enums']["credential_type"],"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "api_credentials_belong_to_a_member"
      columns: ["organization_id","user_id"]
isOneToOne: false
      referencedRelation: "organization_members"
      referencedColumns: ["organization_id","user_id"]
    }
                  ]
                },"api_endpoints": {
                  Row: {
                    "auth_type": Database["public"]['Enums']["endpoint_auth"],"created_at": string,"created_by": string | null,"default_headers": NonNullable<Json>,"deleted_at": string | null,"description": string,"id": string,"last_health_check_at": string | null,"last_health_check_note": string | null,"last_health_check_ok": boolean | null,"metadata": NonNullable<Json>,"method": string,"name": string,"openapi": NonNullable<Json>,"operation_id": string | null,"organization_id": string,"path": string,"project_id": string,"protocol": Database["public"]['Enums']["endpoint_protocol"],"retries": number,"retry_delay_seconds": number,"tags": (string)[],"timeout_seconds": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "auth_type"?: Database["public"]['Enums']["endpoint_auth"],"created_at"?: string,"created_by"?: string | null,"default_headers"?: NonNullable<Json>,"deleted_at"?: string | null,"description"?: string,"id"?: string,"last_health_check_at"?: string | null,"last_health_check_note"?: string | null,"last_health_check_ok"?: boolean | null,"metadata"?: NonNullable<Json>,"method"?: string,"name"?: string,"openapi"?: NonNullable<Json>,"operation_id"?: string | null,"organization_id": string,"path": string,"project_id": string,"protocol"?: Database["public"]['Enums']["endpoint_protocol"],"retries"?: number,"retry_delay_seconds"?: number,"tags"?: (string)[],"timeout_seconds"?: number,"updated_at"?: string
                  }
                  Update: {
                    "auth_type"?: Database["public"]['Enums']["endpoint_auth"],"created_at"?: string,"created_by"?: string | null,"default_headers"?: NonNullable<Json>,"deleted_at"?: string | null,"description"?: string,"id"?: string,"last_health_check_at"?: string | null,"last_health_check_note"?: string | null,"last_health_check_ok"?: boolean | null,"metadata"?: NonNullable<Json>,"method"?: string,"name"?: string,"openapi"?: NonNullable<Json>,"operation_id"?: string | null,"organization_id"?: string,"path"?: string,"project_id"?: string,"protocol"?: Database["public"]['Enums']["endpoint_protocol"],"retries"?: number,"retry_delay_seconds"?: number,"tags"?: (string)[],"timeout_seconds"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "api_endpoints_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "api_endpoints_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"archives": {
                  Row: {
                    "checksum": string,"created_at": string,"deleted_rows": number | null,"done_at": string | null,"format": string,"id": string,"location": string,"metadata": NonNullable<Json>,"organization_id": string,"period_end": string,"period_start": string,"row_count": number,"size_bytes": number,"source_table": string,"state": Database["public"]['Enums']["archive_state"],"updated_at": string,"verified_at": string | null,"written_by": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "checksum": string,"created_at"?: string,"deleted_rows"?: number | null,"done_at"?: string | null,"format"?: string,"id"?: string,"location": string,"metadata"?: NonNullable<Json>,"organization_id": string,"period_end": string,"period_start": string,"row_count": number,"size_bytes": number,"source_table": string,"state"?: Database["public"]['Enums']["archive_state"],"updated_at"?: string,"verified_at"?: string | null,"written_by"?: string | null
                  }
                  Update: {
                    "checksum"?: string,"created_at"?: string,"deleted_rows"?: number | null,"done_at"?: string | null,"format"?: string,"id"?: string,"location"?: string,"metadata"?: NonNullable<Json>,"organization_id"?: string,"period_end"?: string,"period_start"?: string,"row_count"?: number,"size_bytes"?: number,"source_table"?: string,"state"?: Database["public"]['Enums']["archive_state"],"updated_at"?: string,"verified_at"?: string | null,"written_by"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "archives_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"audit_log": {
                  Row: {
                    "action": Database["public"]['Enums']["audit_action"],"after": Json | null,"before": Json | null,"changed_as": string,"changed_by": string | null,"created_at": string,"id": string,"organization_id": string,"record_id": string,"record_name": string,"table_name": string
                  }
                  ComputedFields: never
                  Insert: {
                    "action": Database["public"]['Enums']["audit_action"],"after"?: Json | null,"before"?: Json | null,"changed_as": string,"changed_by"?: string | null,"created_at"?: string,"id"?: string,"organization_id": string,"record_id": string,"record_name"?: string,"table_name": string
                  }
                  Update: {
                    "action"?: Database["public"]['Enums']["audit_action"],"after"?: Json | null,"before"?: Json | null,"changed_as"?: string,"changed_by"?: string | null,"created_at"?: string,"id"?: string,"organization_id"?: string,"record_id"?: string,"record_name"?: string,"table_name"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "audit_log_changed_by_fkey"
      columns: ["changed_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "audit_log_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"environment_variables": {
                  Row: {
                    "created_at": string,"environment_id": string,"id": string,"is_secret": boolean,"name": string,"organization_id": string,"updated_at": string,"value": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"environment_id": string,"id"?: string,"is_secret"?: boolean,"name": string,"organization_id": string,"updated_at"?: string,"value"?: string | null
                  }
                  Update: {
                    "created_at"?: string,"environment_id"?: string,"id"?: string,"is_secret"?: boolean,"name"?: string,"organization_id"?: string,"updated_at"?: string,"value"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "environment_variables_belong_to_an_environment"
      columns: ["environment_id","organization_id"]
isOneToOne: false
      referencedRelation: "environments"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"environments": {
                  Row: {
                    "base_url": string,"connection": NonNullable<Json>,"created_at": string,"created_by": string | null,"deleted_at": string | null,"description": string,"id": string,"kind": Database["public"]['Enums']["environment_kind"],"max_parallel": number | null,"metadata": NonNullable<Json>,"name": string,"organization_id": string,"project_id": string,"rate_limit_per_second": number | null,"services": NonNullable<Json>,"timeout_seconds": number | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "base_url"?: string,"connection"?: NonNullable<Json>,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"id"?: string,"kind"?: Database["public"]['Enums']["environment_kind"],"max_parallel"?: number | null,"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"project_id": string,"rate_limit_per_second"?: number | null,"services"?: NonNullable<Json>,"timeout_seconds"?: number | null,"updated_at"?: string
                  }
                  Update: {
                    "base_url"?: string,"connection"?: NonNullable<Json>,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"id"?: string,"kind"?: Database["public"]['Enums']["environment_kind"],"max_parallel"?: number | null,"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"project_id"?: string,"rate_limit_per_second"?: number | null,"services"?: NonNullable<Json>,"timeout_seconds"?: number | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "environments_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "environments_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"failure_analysis": {
                  Row: {
                    "category": string,"category_group": Database["public"]['Enums']["failure_group"] | null,"created_at": string,"environment_id": string,"fingerprint": string,"first_run_id": string,"first_seen_at": string,"flaky_reason": string | null,"flaky_run_id": string | null,"flaky_since": string | null,"id": string,"is_flaky": boolean,"last_run_id": string,"last_seen_at": string,"occurrences": number,"organization_id": string,"project_id": string,"root_cause": string,"test_case_id": string,"triage": Database["public"]['Enums']["triage_state"],"triage_note": string,"triaged_at": string | null,"triaged_by": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "category": string,"category_group"?: Database["public"]['Enums']["failure_group"] | null,"created_at"?: string,"environment_id": string,"fingerprint": string,"first_run_id": string,"first_seen_at": string,"flaky_reason"?: string | null,"flaky_run_id"?: string | null,"flaky_since"?: string | null,"id"?: string,"is_flaky"?: boolean,"last_run_id": string,"last_seen_at": string,"occurrences"?: number,"organization_id": string,"project_id": string,"root_cause"?: string,"test_case_id": string,"triage"?: Database["public"]['Enums']["triage_state"],"triage_note"?: string,"triaged_at"?: string | null,"triaged_by"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "category"?: string,"category_group"?: Database["public"]['Enums']["failure_group"] | null,"created_at"?: string,"environment_id"?: string,"fingerprint"?: string,"first_run_id"?: string,"first_seen_at"?: string,"flaky_reason"?: string | null,"flaky_run_id"?: string | null,"flaky_since"?: string | null,"id"?: string,"is_flaky"?: boolean,"last_run_id"?: string,"last_seen_at"?: string,"occurrences"?: number,"organization_id"?: string,"project_id"?: string,"root_cause"?: string,"test_case_id"?: string,"triage"?: Database["public"]['Enums']["triage_state"],"triage_note"?: string,"triaged_at"?: string | null,"triaged_by"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "failure_analysis_is_of_a_test"
      columns: ["test_case_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "failure_analysis_is_of_an_environment"
      columns: ["environment_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "environments"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "failure_analysis_triaged_by_fkey"
      columns: ["triaged_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"fixture_usage": {
                  Row: {
                    "checksum": string | null,"cleaned_up_at": string | null,"fixture_id": string,"id": string,"organization_id": string,"run_id": string,"test_case_id": string,"used_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "checksum"?: string | null,"cleaned_up_at"?: string | null,"fixture_id": string,"id"?: string,"organization_id": string,"run_id": string,"test_case_id": string,"used_at"?: string
                  }
                  Update: {
                    "checksum"?: string | null,"cleaned_up_at"?: string | null,"fixture_id"?: string,"id"?: string,"organization_id"?: string,"run_id"?: string,"test_case_id"?: string,"used_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "fixture_usage_is_by_a_run"
      columns: ["run_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_runs"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "fixture_usage_is_by_a_test"
      columns: ["test_case_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "fixture_usage_is_of_a_fixture"
      columns: ["fixture_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_data_fixtures"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"notification_channels": {
                  Row: {
                    "created_at": string,"created_by": string | null,"description": string,"enabled": boolean,"events": (Database["public"]['Enums']["channel_event"])[],"has_address": boolean,"id": string,"kind": Database["public"]['Enums']["channel_kind"],"metadata": NonNullable<Json>,"name": string,"organization_id": string,"project_id": string | null,"settings": NonNullable<Json>,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"enabled"?: boolean,"events"?: (Database["public"]['Enums']["channel_event"])[],"has_address"?: boolean,"id"?: string,"kind": Database["public"]['Enums']["channel_kind"],"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"project_id"?: string | null,"settings"?: NonNullable<Json>,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"enabled"?: boolean,"events"?: (Database["public"]['Enums']["channel_event"])[],"has_address"?: boolean,"id"?: string,"kind"?: Database["public"]['Enums']["channel_kind"],"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"project_id"?: string | null,"settings"?: NonNullable<Json>,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "notification_channels_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "notification_channels_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "notification_channels_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"organization_invitations": {
                  Row: {
                    "accepted_at": string | null,"accepted_by": string | null,"created_at": string,"declined_at": string | null,"email": string | null,"expires_at": string,"id": string,"invited_by": string | null,"organization_id": string,"revoked_at": string | null,"role": Database["public"]['Enums']["member_role"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "accepted_at"?: string | null,"accepted_by"?: string | null,"created_at"?: string,"declined_at"?: string | null,"email"?: string | null,"expires_at": string,"id"?: string,"invited_by"?: string | null,"organization_id": string,"revoked_at"?: string | null,"role": Database["public"]['Enums']["member_role"],"updated_at"?: string
                  }
                  Update: {
                    "accepted_at"?: string | null,"accepted_by"?: string | null,"created_at"?: string,"declined_at"?: string | null,"email"?: string | null,"expires_at"?: string,"id"?: string,"invited_by"?: string | null,"organization_id"?: string,"revoked_at"?: string | null,"role"?: Database["public"]['Enums']["member_role"],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "organization_invitations_accepted_by_fkey"
      columns: ["accepted_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "organization_invitations_are_made_by_a_member"
      columns: ["organization_id","invited_by"]
isOneToOne: false
      referencedRelation: "organization_members"
      referencedColumns: ["organization_id","user_id"]
    },{
      foreignKeyName: "organization_invitations_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"organization_members": {
                  Row: {
                    "created_at": string,"organization_id": string,"role": Database["public"]['Enums']["member_role"],"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"organization_id": string,"role"?: Database["public"]['Enums']["member_role"],"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"organization_id"?: string,"role"?: Database["public"]['Enums']["member_role"],"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "organization_members_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "organization_members_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"organizations": {
                  Row: {
                    "created_at": string,"created_by": string | null,"description": string,"id": string,"metadata": NonNullable<Json>,"name": string,"retention": NonNullable<Json>,"slug": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"id"?: string,"metadata"?: NonNullable<Json>,"name": string,"retention"?: NonNullable<Json>,"slug": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"id"?: string,"metadata"?: NonNullable<Json>,"name"?: string,"retention"?: NonNullable<Json>,"slug"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "organizations_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"performance_metrics": {
                  Row: {
                    "average_response_time_ms": number | null,"baseline_ms": number | null,"created_at": string,"date": string,"environment_id": string,"granularity": Database["public"]['Enums']["metric_granularity"],"id": string,"is_slower": boolean,"max_response_time_ms": number | null,"measured_runs": number,"min_response_time_ms": number | null,"organization_id": string,"p50_response_time_ms": number | null,"p95_response_time_ms": number | null,"p99_response_time_ms": number | null,"project_id": string,"slower_run_id": string | null,"success_rate": number,"successful_runs": number,"test_case_id": string,"total_runs": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "average_response_time_ms"?: number | null,"baseline_ms"?: number | null,"created_at"?: string,"date": string,"environment_id": string,"granularity"?: Database["public"]['Enums']["metric_granularity"],"id"?: string,"is_slower"?: boolean,"max_response_time_ms"?: number | null,"measured_runs": number,"min_response_time_ms"?: number | null,"organization_id": string,"p50_response_time_ms"?: number | null,"p95_response_time_ms"?: number | null,"p99_response_time_ms"?: number | null,"project_id": string,"slower_run_id"?: string | null,"success_rate"?: never,"successful_runs": number,"test_case_id": string,"total_runs": number,"updated_at"?: string
                  }
                  Update: {
                    "average_response_time_ms"?: number | null,"baseline_ms"?: number | null,"created_at"?: string,"date"?: string,"environment_id"?: string,"granularity"?: Database["public"]['Enums']["metric_granularity"],"id"?: string,"is_slower"?: boolean,"max_response_time_ms"?: number | null,"measured_runs"?: number,"min_response_time_ms"?: number | null,"organization_id"?: string,"p50_response_time_ms"?: number | null,"p95_response_time_ms"?: number | null,"p99_response_time_ms"?: number | null,"project_id"?: string,"slower_run_id"?: string | null,"success_rate"?: never,"successful_runs"?: number,"test_case_id"?: string,"total_runs"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "performance_metrics_are_of_a_test"
      columns: ["test_case_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "performance_metrics_are_of_an_environment"
      columns: ["environment_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "environments"
      referencedColumns: ["id","project_id","organization_id"]
    }
                  ]
                },"project_tokens": {
                  Row: {
                    "account_id": string | null,"created_at": string,"created_by": string | null,"description": string,"expires_at": string | null,"hint": string,"id": string,"last_used_at": string | null,"name": string,"organization_id": string,"project_id": string,"revoked_at": string | null,"scopes": (Database["public"]['Enums']["token_scope"])[],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "account_id"?: string | null,"created_at"?: string,"created_by"?: string | null,"description"?: string,"expires_at"?: string | null,"hint": string,"id"?: string,"last_used_at"?: string | null,"name": string,"organization_id": string,"project_id": string,"revoked_at"?: string | null,"scopes": (Database["public"]['Enums']["token_scope"])[],"updated_at"?: string
                  }
                  Update: {
                    "account_id"?: string | null,"created_at"?: string,"created_by"?: string | null,"description"?: string,"expires_at"?: string | null,"hint"?: string,"id"?: string,"last_used_at"?: string | null,"name"?: string,"organization_id"?: string,"project_id"?: string,"revoked_at"?: string | null,"scopes"?: (Database["public"]['Enums']["token_scope"])[],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "project_tokens_account_id_fkey"
      columns: ["account_id"]
isOneToOne: true
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "project_tokens_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "project_tokens_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"projects": {
                  Row: {
                    "created_at": string,"created_by": string | null,"deleted_at": string | null,"description": string,"id": string,"key": string,"metadata": NonNullable<Json>,"name": string,"organization_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"id"?: string,"key": string,"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"id"?: string,"key"?: string,"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "projects_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "projects_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"report_templates": {
                  Row: {
                    "created_at": string,"created_by": string | null,"description": string,"format": string,"id": string,"key": string,"metadata": NonNullable<Json>,"name": string,"organization_id": string,"project_id": string | null,"source": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"format"?: string,"id"?: string,"key": string,"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"project_id"?: string | null,"source": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"format"?: string,"id"?: string,"key"?: string,"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"project_id"?: string | null,"source"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "report_templates_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "report_templates_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "report_templates_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"saved_searches": {
                  Row: {
                    "created_at": string,"description": string,"id": string,"is_shared": boolean,"name": string,"organization_id": string,"project_id": string | null,"query": NonNullable<Json>,"subject": Database["public"]['Enums']["search_subject"],"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"description"?: string,"id"?: string,"is_shared"?: boolean,"name": string,"organization_id": string,"project_id"?: string | null,"query"?: NonNullable<Json>,"subject"?: Database["public"]['Enums']["search_subject"],"updated_at"?: string,"user_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"description"?: string,"id"?: string,"is_shared"?: boolean,"name"?: string,"organization_id"?: string,"project_id"?: string | null,"query"?: NonNullable<Json>,"subject"?: Database["public"]['Enums']["search_subject"],"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "saved_searches_are_about_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "saved_searches_belong_to_a_member"
      columns: ["organization_id","user_id"]
isOneToOne: false
      referencedRelation: "organization_members"
      referencedColumns: ["organization_id","user_id"]
    }
                  ]
                },"schedules": {
                  Row: {
                    "config": NonNullable<Json>,"created_at": string,"created_by": string | null,"cron": string,"description": string,"enabled": boolean,"environment_id": string,"id": string,"last_batch_id": string | null,"last_problem": string | null,"last_run_at": string | null,"metadata": NonNullable<Json>,"name": string,"next_run_at": string | null,"organization_id": string,"priority": Database["public"]['Enums']["run_priority"],"project_id": string,"selection": NonNullable<Json>,"suites": (string)[],"timezone": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "config"?: NonNullable<Json>,"created_at"?: string,"created_by"?: string | null,"cron": string,"description"?: string,"enabled"?: boolean,"environment_id": string,"id"?: string,"last_batch_id"?: string | null,"last_problem"?: string | null,"last_run_at"?: string | null,"metadata"?: NonNullable<Json>,"name": string,"next_run_at"?: string | null,"organization_id": string,"priority"?: Database["public"]['Enums']["run_priority"],"project_id": string,"selection"?: NonNullable<Json>,"suites"?: (string)[],"timezone"?: string,"updated_at"?: string
                  }
                  Update: {
                    "config"?: NonNullable<Json>,"created_at"?: string,"created_by"?: string | null,"cron"?: string,"description"?: string,"enabled"?: boolean,"environment_id"?: string,"id"?: string,"last_batch_id"?: string | null,"last_problem"?: string | null,"last_run_at"?: string | null,"metadata"?: NonNullable<Json>,"name"?: string,"next_run_at"?: string | null,"organization_id"?: string,"priority"?: Database["public"]['Enums']["run_priority"],"project_id"?: string,"selection"?: NonNullable<Json>,"suites"?: (string)[],"timezone"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "schedules_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "schedules_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "schedules_run_in_an_environment"
      columns: ["environment_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "environments"
      referencedColumns: ["id","project_id","organization_id"]
    }
                  ]
                },"test_cases": {
                  Row: {
                    "created_at": string,"deleted_at": string | null,"description": string,"enabled": boolean,"id": string,"idempotent": boolean,"key": string,"metadata": NonNullable<Json>,"name": string,"only": boolean,"organization_id": string,"position": number,"priority": Database["public"]['Enums']["test_priority"],"project_id": string,"quarantine_owner": string | null,"quarantine_reason": string | null,"quarantine_until": string | null,"quarantined_at": string | null,"retries": number,"skip_reason": string | null,"suite_id": string,"tags": (string)[],"timeout_seconds": number | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"deleted_at"?: string | null,"description"?: string,"enabled"?: boolean,"id"?: string,"idempotent"?: boolean,"key": string,"metadata"?: NonNullable<Json>,"name": string,"only"?: boolean,"organization_id": string,"position"?: number,"priority"?: Database["public"]['Enums']["test_priority"],"project_id": string,"quarantine_owner"?: string | null,"quarantine_reason"?: string | null,"quarantine_until"?: string | null,"quarantined_at"?: string | null,"retries"?: number,"skip_reason"?: string | null,"suite_id": string,"tags"?: (string)[],"timeout_seconds"?: number | null,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"deleted_at"?: string | null,"description"?: string,"enabled"?: boolean,"id"?: string,"idempotent"?: boolean,"key"?: string,"metadata"?: NonNullable<Json>,"name"?: string,"only"?: boolean,"organization_id"?: string,"position"?: number,"priority"?: Database["public"]['Enums']["test_priority"],"project_id"?: string,"quarantine_owner"?: string | null,"quarantine_reason"?: string | null,"quarantine_until"?: string | null,"quarantined_at"?: string | null,"retries"?: number,"skip_reason"?: string | null,"suite_id"?: string,"tags"?: (string)[],"timeout_seconds"?: number | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_cases_belong_to_a_suite"
      columns: ["suite_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "suite_statistics"
      referencedColumns: ["suite_id","project_id","organization_id"]
    },{
      foreignKeyName: "test_cases_belong_to_a_suite"
      columns: ["suite_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_suites"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "test_cases_quarantine_owner_fkey"
      columns: ["quarantine_owner"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"test_data_fixtures": {
                  Row: {
                    "checksum": string | null,"cleanup": Database["public"]['Enums']["fixture_cleanup"],"cleanup_after_seconds": number | null,"compression": string | null,"content": Json | null,"created_at": string,"created_by": string | null,"deleted_at": string | null,"description": string,"expires_at": string | null,"format": string,"id": string,"is_immutable": boolean,"is_shared": boolean,"key": string,"kind": Database["public"]['Enums']["fixture_kind"],"metadata": NonNullable<Json>,"name": string,"organization_id": string,"path": string | null,"project_id": string,"settings": NonNullable<Json>,"size_bytes": number | null,"storage_path": string | null,"suite_id": string | null,"tags": (string)[],"ttl_seconds": number | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "checksum"?: string | null,"cleanup"?: Database["public"]['Enums']["fixture_cleanup"],"cleanup_after_seconds"?: number | null,"compression"?: string | null,"content"?: Json | null,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"expires_at"?: string | null,"format"?: string,"id"?: string,"is_immutable"?: boolean,"is_shared"?: boolean,"key": string,"kind"?: Database["public"]['Enums']["fixture_kind"],"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"path"?: string | null,"project_id": string,"settings"?: NonNullable<Json>,"size_bytes"?: number | null,"storage_path"?: string | null,"suite_id"?: string | null,"tags"?: (string)[],"ttl_seconds"?: number | null,"updated_at"?: string
                  }
                  Update: {
                    "checksum"?: string | null,"cleanup"?: Database["public"]['Enums']["fixture_cleanup"],"cleanup_after_seconds"?: number | null,"compression"?: string | null,"content"?: Json | null,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"expires_at"?: string | null,"format"?: string,"id"?: string,"is_immutable"?: boolean,"is_shared"?: boolean,"key"?: string,"kind"?: Database["public"]['Enums']["fixture_kind"],"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"path"?: string | null,"project_id"?: string,"settings"?: NonNullable<Json>,"size_bytes"?: number | null,"storage_path"?: string | null,"suite_id"?: string | null,"tags"?: (string)[],"ttl_seconds"?: number | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_data_fixtures_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "test_data_fixtures_belong_to_a_suite"
      columns: ["suite_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "suite_statistics"
      referencedColumns: ["suite_id","project_id","organization_id"]
    },{
      foreignKeyName: "test_data_fixtures_belong_to_a_suite"
      columns: ["suite_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_suites"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "test_data_fixtures_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"test_dependencies": {
                  Row: {
                    "created_at": string,"declared": boolean,"dependency_type": Database["public"]['Enums']["dependency_type"],"dependent_test_id": string,"id": string,"organization_id": string,"project_id": string,"reasons": (string)[],"required_test_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"declared"?: boolean,"dependency_type": Database["public"]['Enums']["dependency_type"],"dependent_test_id": string,"id"?: string,"organization_id": string,"project_id": string,"reasons"?: (string)[],"required_test_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"declared"?: boolean,"dependency_type"?: Database["public"]['Enums']["dependency_type"],"dependent_test_id"?: string,"id"?: string,"organization_id"?: string,"project_id"?: string,"reasons"?: (string)[],"required_test_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_dependencies_have_a_dependent_test"
      columns: ["dependent_test_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "test_dependencies_have_a_required_test"
      columns: ["required_test_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","project_id","organization_id"]
    }
                  ]
                },"test_execution_context": {
                  Row: {
                    "captured_data": NonNullable<Json>,"created_at": string,"expires_at": string | null,"id": string,"organization_id": string,"provenance": NonNullable<Json>,"run_id": string,"shared_auth_tokens": NonNullable<Json>,"shared_variables": NonNullable<Json>,"test_order": (string)[],"updated_at": string,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "captured_data"?: NonNullable<Json>,"created_at"?: string,"expires_at"?: string | null,"id"?: string,"organization_id": string,"provenance"?: NonNullable<Json>,"run_id": string,"shared_auth_tokens"?: NonNullable<Json>,"shared_variables"?: NonNullable<Json>,"test_order"?: (string)[],"updated_at"?: string,"version"?: number
                  }
                  Update: {
                    "captured_data"?: NonNullable<Json>,"created_at"?: string,"expires_at"?: string | null,"id"?: string,"organization_id"?: string,"provenance"?: NonNullable<Json>,"run_id"?: string,"shared_auth_tokens"?: NonNullable<Json>,"shared_variables"?: NonNullable<Json>,"test_order"?: (string)[],"updated_at"?: string,"version"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_execution_context_belongs_to_a_run"
      columns: ["run_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_runs"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"test_request_configs": {
                  Row: {
                    "auth": Json | null,"body": Json | null,"created_at": string,"endpoint_id": string | null,"headers": NonNullable<Json>,"id": string,"metadata": NonNullable<Json>,"method": string,"names_endpoint": boolean,"organization_id": string,"path": string,"project_id": string,"query": NonNullable<Json>,"settings": NonNullable<Json>,"step_index": number,"test_case_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "auth"?: Json | null,"body"?: Json | null,"created_at"?: string,"endpoint_id"?: string | null,"headers"?: NonNullable<Json>,"id"?: string,"metadata"?: NonNullable<Json>,"method": string,"names_endpoint"?: boolean,"organization_id": string,"path": string,"project_id": string,"query"?: NonNullable<Json>,"settings"?: NonNullable<Json>,"step_index"?: number,"test_case_id": string,"updated_at"?: string
                  }
                  Update: {
                    "auth"?: Json | null,"body"?: Json | null,"created_at"?: string,"endpoint_id"?: string | null,"headers"?: NonNullable<Json>,"id"?: string,"metadata"?: NonNullable<Json>,"method"?: string,"names_endpoint"?: boolean,"organization_id"?: string,"path"?: string,"project_id"?: string,"query"?: NonNullable<Json>,"settings"?: NonNullable<Json>,"step_index"?: number,"test_case_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_request_configs_belong_to_a_test"
      columns: ["test_case_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "test_request_configs_call_an_endpoint_of_their_project"
      columns: ["endpoint_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "api_endpoints"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "test_request_configs_call_an_endpoint_of_their_project"
      columns: ["endpoint_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "endpoint_coverage"
      referencedColumns: ["endpoint_id","project_id","organization_id"]
    }
                  ]
                },"test_response_specs": {
                  Row: {
                    "captures": NonNullable<Json>,"created_at": string,"expectations": NonNullable<Json>,"id": string,"metadata": NonNullable<Json>,"organization_id": string,"step_index": number,"test_case_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "captures"?: NonNullable<Json>,"created_at"?: string,"expectations"?: NonNullable<Json>,"id"?: string,"metadata"?: NonNullable<Json>,"organization_id": string,"step_index"?: number,"test_case_id": string,"updated_at"?: string
                  }
                  Update: {
                    "captures"?: NonNullable<Json>,"created_at"?: string,"expectations"?: NonNullable<Json>,"id"?: string,"metadata"?: NonNullable<Json>,"organization_id"?: string,"step_index"?: number,"test_case_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_response_specs_belong_to_a_test"
      columns: ["test_case_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"test_result_details": {
                  Row: {
                    "attempt": number,"content": NonNullable<Json>,"correlation_id": string | null,"created_at": string,"id": string,"iteration": number | null,"kind": Database["public"]['Enums']["detail_kind"],"level": string | null,"organization_id": string,"position": number,"run_created_at": string,"run_id": string,"step": number | null,"test_case_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "attempt"?: number,"content"?: NonNullable<Json>,"correlation_id"?: string | null,"created_at"?: string,"id"?: string,"iteration"?: number | null,"kind": Database["public"]['Enums']["detail_kind"],"level"?: string | null,"organization_id": string,"position"?: number,"run_created_at": string,"run_id": string,"step"?: number | null,"test_case_id"?: string | null
                  }
                  Update: {
                    "attempt"?: number,"content"?: NonNullable<Json>,"correlation_id"?: string | null,"created_at"?: string,"id"?: string,"iteration"?: number | null,"kind"?: Database["public"]['Enums']["detail_kind"],"level"?: string | null,"organization_id"?: string,"position"?: number,"run_created_at"?: string,"run_id"?: string,"step"?: number | null,"test_case_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_result_details_belong_to_a_run"
      columns: ["run_id","run_created_at","organization_id"]
isOneToOne: false
      referencedRelation: "test_runs"
      referencedColumns: ["id","created_at","organization_id"]
    }
                  ]
                },"test_results": {
                  Row: {
                    "attempts": number,"blocked_by_test_id": string | null,"created_at": string,"error_category": string | null,"execution_ms": number | null,"fingerprint": string | null,"finished_at": string | null,"id": string,"organization_id": string,"reason": string | null,"request_bytes": number | null,"required_only": boolean,"response_bytes": number | null,"run_created_at": string,"run_id": string,"setup_ms": number | null,"started_at": string | null,"status_code": number | null,"teardown_ms": number | null,"test_case_id": string,"total_ms": number | null,"verdict": Database["public"]['Enums']["test_verdict"]
                  }
                  ComputedFields: never
                  Insert: {
                    "attempts"?: number,"blocked_by_test_id"?: string | null,"created_at"?: string,"error_category"?: string | null,"execution_ms"?: number | null,"fingerprint"?: string | null,"finished_at"?: string | null,"id"?: string,"organization_id": string,"reason"?: string | null,"request_bytes"?: number | null,"required_only"?: boolean,"response_bytes"?: number | null,"run_created_at": string,"run_id": string,"setup_ms"?: number | null,"started_at"?: string | null,"status_code"?: number | null,"teardown_ms"?: number | null,"test_case_id": string,"total_ms"?: number | null,"verdict": Database["public"]['Enums']["test_verdict"]
                  }
                  Update: {
                    "attempts"?: number,"blocked_by_test_id"?: string | null,"created_at"?: string,"error_category"?: string | null,"execution_ms"?: number | null,"fingerprint"?: string | null,"finished_at"?: string | null,"id"?: string,"organization_id"?: string,"reason"?: string | null,"request_bytes"?: number | null,"required_only"?: boolean,"response_bytes"?: number | null,"run_created_at"?: string,"run_id"?: string,"setup_ms"?: number | null,"started_at"?: string | null,"status_code"?: number | null,"teardown_ms"?: number | null,"test_case_id"?: string,"total_ms"?: number | null,"verdict"?: Database["public"]['Enums']["test_verdict"]
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_results_are_of_a_test"
      columns: ["test_case_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "test_results_belong_to_a_run"
      columns: ["run_id","run_created_at","organization_id"]
isOneToOne: false
      referencedRelation: "test_runs"
      referencedColumns: ["id","created_at","organization_id"]
    },{
      foreignKeyName: "test_results_blame_a_test"
      columns: ["blocked_by_test_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"test_run_history": {
                  Row: {
                    "blocked": number,"broken": number,"cancelled_runs": number,"completed_runs": number,"created_at": string,"date": string,"duration_ms": number | null,"environment_id": string,"failed": number,"failed_runs": number,"finished_at": string,"git_branch": string | null,"git_commit": string | null,"id": string,"organization_id": string,"passed": number,"project_id": string,"reason": Database["public"]['Enums']["run_failure_reason"] | null,"run_created_at": string,"run_id": string | null,"runs": number,"skipped": number,"status": Database["public"]['Enums']["run_status"] | null,"success_rate": number | null,"total": number,"trigger": Database["public"]['Enums']["run_trigger"] | null,"updated_at": string,"waited_ms": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "blocked": number,"broken": number,"cancelled_runs": number,"completed_runs": number,"created_at"?: string,"date": string,"duration_ms"?: number | null,"environment_id": string,"failed": number,"failed_runs": number,"finished_at": string,"git_branch"?: string | null,"git_commit"?: string | null,"id"?: string,"organization_id": string,"passed": number,"project_id": string,"reason"?: Database["public"]['Enums']["run_failure_reason"] | null,"run_created_at": string,"run_id"?: string | null,"runs"?: number,"skipped": number,"status"?: Database["public"]['Enums']["run_status"] | null,"success_rate"?: never,"total": number,"trigger"?: Database["public"]['Enums']["run_trigger"] | null,"updated_at"?: string,"waited_ms"?: number | null
                  }
                  Update: {
                    "blocked"?: number,"broken"?: number,"cancelled_runs"?: number,"completed_runs"?: number,"created_at"?: string,"date"?: string,"duration_ms"?: number | null,"environment_id"?: string,"failed"?: number,"failed_runs"?: number,"finished_at"?: string,"git_branch"?: string | null,"git_commit"?: string | null,"id"?: string,"organization_id"?: string,"passed"?: number,"project_id"?: string,"reason"?: Database["public"]['Enums']["run_failure_reason"] | null,"run_created_at"?: string,"run_id"?: string | null,"runs"?: number,"skipped"?: number,"status"?: Database["public"]['Enums']["run_status"] | null,"success_rate"?: never,"total"?: number,"trigger"?: Database["public"]['Enums']["run_trigger"] | null,"updated_at"?: string,"waited_ms"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_run_history_is_of_an_environment"
      columns: ["environment_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "environments"
      referencedColumns: ["id","project_id","organization_id"]
    }
                  ]
                },"test_runs": {
                  Row: {
                    "batch_id": string,"batch_position": number,"blocked": number,"broken": number,"cancel_requested_at": string | null,"cancel_requested_by": string | null,"completed": number,"config": NonNullable<Json>,"created_at": string,"duration_ms": number | null,"environment_id": string,"executor": Database["public"]['Enums']["run_executor"],"failed": number,"finished_at": string | null,"git_branch": string | null,"git_commit": string | null,"id": string,"kept_until": string | null,"lease_expires_at": string | null,"lease_number": number,"message": string | null,"organization_id": string,"passed": number,"pending": number,"priority": Database["public"]['Enums']["run_priority"],"project_id": string,"reason": Database["public"]['Enums']["run_failure_reason"] | null,"report": Json | null,"requested_by": string | null,"selection": NonNullable<Json>,"sequence": number,"skipped": number,"source": NonNullable<Json>,"started_at": string | null,"status": Database["public"]['Enums']["run_status"],"suites": (string)[],"summary": NonNullable<Json>,"total": number,"trigger": Database["public"]['Enums']["run_trigger"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "batch_id"?: string,"batch_position"?: number,"blocked"?: number,"broken"?: number,"cancel_requested_at"?: string | null,"cancel_requested_by"?: string | null,"completed"?: never,"config"?: NonNullable<Json>,"created_at"?: string,"duration_ms"?: never,"environment_id": string,"executor"?: Database["public"]['Enums']["run_executor"],"failed"?: number,"finished_at"?: string | null,"git_branch"?: string | null,"git_commit"?: string | null,"id"?: string,"kept_until"?: string | null,"lease_expires_at"?: string | null,"lease_number"?: number,"message"?: string | null,"organization_id": string,"passed"?: number,"pending"?: never,"priority"?: Database["public"]['Enums']["run_priority"],"project_id": string,"reason"?: Database["public"]['Enums']["run_failure_reason"] | null,"report"?: Json | null,"requested_by"?: string | null,"selection"?: NonNullable<Json>,"sequence"?: number,"skipped"?: number,"source"?: NonNullable<Json>,"started_at"?: string | null,"status"?: Database["public"]['Enums']["run_status"],"suites"?: (string)[],"summary"?: NonNullable<Json>,"total"?: number,"trigger"?: Database["public"]['Enums']["run_trigger"],"updated_at"?: string
                  }
                  Update: {
                    "batch_id"?: string,"batch_position"?: number,"blocked"?: number,"broken"?: number,"cancel_requested_at"?: string | null,"cancel_requested_by"?: string | null,"completed"?: never,"config"?: NonNullable<Json>,"created_at"?: string,"duration_ms"?: never,"environment_id"?: string,"executor"?: Database["public"]['Enums']["run_executor"],"failed"?: number,"finished_at"?: string | null,"git_branch"?: string | null,"git_commit"?: string | null,"id"?: string,"kept_until"?: string | null,"lease_expires_at"?: string | null,"lease_number"?: number,"message"?: string | null,"organization_id"?: string,"passed"?: number,"pending"?: never,"priority"?: Database["public"]['Enums']["run_priority"],"project_id"?: string,"reason"?: Database["public"]['Enums']["run_failure_reason"] | null,"report"?: Json | null,"requested_by"?: string | null,"selection"?: NonNullable<Json>,"sequence"?: number,"skipped"?: number,"source"?: NonNullable<Json>,"started_at"?: string | null,"status"?: Database["public"]['Enums']["run_status"],"suites"?: (string)[],"summary"?: NonNullable<Json>,"total"?: number,"trigger"?: Database["public"]['Enums']["run_trigger"],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_runs_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "test_runs_cancel_requested_by_fkey"
      columns: ["cancel_requested_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "test_runs_happen_in_an_environment"
      columns: ["environment_id","project_id","organization_id"]
isOneToOne: false
      referencedRelation: "environments"
      referencedColumns: ["id","project_id","organization_id"]
    },{
      foreignKeyName: "test_runs_requested_by_fkey"
      columns: ["requested_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"test_suites": {
                  Row: {
                    "config": NonNullable<Json>,"created_at": string,"created_by": string | null,"deleted_at": string | null,"description": string,"hooks": NonNullable<Json>,"id": string,"key": string,"metadata": NonNullable<Json>,"name": string,"organization_id": string,"path": string,"project_id": string,"selectors": NonNullable<Json>,"tags": (string)[],"updated_at": string,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "config"?: NonNullable<Json>,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"hooks"?: NonNullable<Json>,"id"?: string,"key": string,"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"path"?: string,"project_id": string,"selectors"?: NonNullable<Json>,"tags"?: (string)[],"updated_at"?: string,"version"?: number
                  }
                  Update: {
                    "config"?: NonNullable<Json>,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"hooks"?: NonNullable<Json>,"id"?: string,"key"?: string,"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"path"?: string,"project_id"?: string,"selectors"?: NonNullable<Json>,"tags"?: (string)[],"updated_at"?: string,"version"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_suites_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "test_suites_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"user_preferences": {
                  Row: {
                    "created_at": string,"preferences": NonNullable<Json>,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"preferences"?: NonNullable<Json>,"updated_at"?: string,"user_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"preferences"?: NonNullable<Json>,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "user_preferences_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"users": {
                  Row: {
                    "created_at": string,"id": string,"name": string,"picture_url": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id": string,"name"?: string,"picture_url"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"name"?: string,"picture_url"?: string | null,"updated_at"?: string
                  }
                  Relationships: [

                  ]
                },"workers": {
                  Row: {
                    "capabilities": NonNullable<Json>,"created_at": string,"id": string,"last_seen_at": string,"name": string,"started_at": string,"state": Database["public"]['Enums']["worker_state"],"updated_at": string,"version": string
                  }
                  ComputedFields: never
                  Insert: {
                    "capabilities"?: NonNullable<Json>,"created_at"?: string,"id"?: string,"last_seen_at"?: string,"name": string,"started_at"?: string,"state"?: Database["public"]['Enums']["worker_state"],"updated_at"?: string,"version"?: string
                  }
                  Update: {
                    "capabilities"?: NonNullable<Json>,"created_at"?: string,"id"?: string,"last_seen_at"?: string,"name"?: string,"started_at"?: string,"state"?: Database["public"]['Enums']["worker_state"],"updated_at"?: string,"version"?: string
                  }
                  Relationships: [

                  ]
                }
          }
          Views: {
            "endpoint_coverage": {
                  Row: {
                    "endpoint_id": string,"method": string,"name": string,"operation_id": string | null,"organization_id": string,"path": string,"project_id": string,"tags": (string)[],"tests": number | null
                  }
                  ComputedFields: never
                  Insert: {
                           "endpoint_id"?: string | null,"method"?: string | null,"name"?: string | null,"operation_id"?: string | null,"organization_id"?: string | null,"path"?: string | null,"project_id"?: string | null,"tags"?: (string)[] | null,"tests"?: never
                         }
                        Update: {
                           "endpoint_id"?: string | null,"method"?: string | null,"name"?: string | null,"operation_id"?: string | null,"organization_id"?: string | null,"path"?: string | null,"project_id"?: string | null,"tags"?: (string)[] | null,"tests"?: never
                         }
                        Relationships: [
                    {
      foreignKeyName: "api_endpoints_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"failure_groups": {
                  Row: {
                    "category": string | null,"category_group": Database["public"]['Enums']["failure_group"] | null,"environments": number | null,"fingerprint": string,"first_seen_at": string | null,"is_flaky": boolean | null,"last_seen_at": string | null,"occurrences": number | null,"organization_id": string,"project_id": string,"root_cause": string | null,"tests": number | null,"triage": Database["public"]['Enums']["triage_state"] | null,"triage_note": string | null,"triaged_at": string | null,"triaged_by": string | null
                  }
                  ComputedFields: never
                  Relationships: [

                  ]
                },"suite_statistics": {
                  Row: {
                    "average_ms_30_days": number | null,"enabled": number | null,"failed_30_days": number | null,"key": string,"last_run_at": string | null,"name": string,"organization_id": string,"passed_30_days": number | null,"project_id": string,"quarantined": number | null,"results_30_days": number | null,"runs_30_days": number | null,"skipped": number | null,"success_rate_30_days": number | null,"suite_id": string,"total": number | null,"version": number
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "test_suites_belong_to_a_project"
      columns: ["project_id","organization_id"]
isOneToOne: false
      referencedRelation: "projects"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                },"test_history": {
                  Row: {
                    "attempts": number,"blocked_by_test_id": string | null,"environment_id": string,"error_category": string | null,"execution_ms": number | null,"fingerprint": string | null,"git_branch": string | null,"git_commit": string | null,"organization_id": string,"project_id": string,"reason": string | null,"result_id": string,"run_created_at": string,"run_id": string,"started_at": string | null,"status_code": number | null,"test_case_id": string,"total_ms": number | null,"verdict": Database["public"]['Enums']["test_verdict"]
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "test_results_are_of_a_test"
      columns: ["test_case_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
    },{
      foreignKeyName: "test_results_belong_to_a_run"
      columns: ["run_id","run_created_at","organization_id"]
isOneToOne: false
      referencedRelation: "test_runs"
      referencedColumns: ["id","created_at","organization_id"]
    },{
      foreignKeyName: "test_results_blame_a_test"
      columns: ["blocked_by_test_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
    }
                  ]
                }
          }
          Functions: {
            "answer_invitation":
{ Args: { "p_accept": boolean,"p_invitation_id": string,"p_token"?: string }; Returns: {
              "accepted_at": string | null,
"accepted_by": string | null,
"created_at": string,
"declined_at": string | null,
"email": string | null,
"expires_at": string,
"id": string,
"invited_by": string | null,
"organization_id": string,
"revoked_at": string | null,
"role": Database["public"]['Enums']["member_role"],
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "organization_invitations"
        isOneToOne: true
        isSetofReturn: false
      } },
"begin_local_run":
{ Args: { "p_lease_seconds"?: number,"p_project_id": string,"p_request": Json }; Returns: Json
                           },
"begin_retention":
{ Args: { "p_lease_seconds"?: number,"p_now"?: boolean,"p_worker": string }; Returns: boolean
                           },
"cancel_run":
{ Args: { "p_run_id": string }; Returns: {
              "batch_id": string,
"batch_position": number,
"blocked": number,
"broken": number,
"cancel_requested_at": string | null,
"cancel_requested_by": string | null,
"completed": number,
"config": NonNullable<Json>,
"created_at": string,
"duration_ms": number | null,
"environment_id": string,
"executor": Database["public"]['Enums']["run_executor"],
"failed": number,
"finished_at": string | null,
"git_branch": string | null,
"git_commit": string | null,
"id": string,
"kept_until": string | null,
"lease_expires_at": string | null,
"lease_number": number,
"message": string | null,
"organization_id": string,
"passed": number,
"pending": number,
"priority": Database["public"]['Enums']["run_priority"],
"project_id": string,
"reason": Database["public"]['Enums']["run_failure_reason"] | null,
"report": Json | null,
"requested_by": string | null,
"selection": NonNullable<Json>,
"sequence": number,
"skipped": number,
"source": NonNullable<Json>,
"started_at": string | null,
"status": Database["public"]['Enums']["run_status"],
"suites": (string)[],
"summary": NonNullable<Json>,
"total": number,
"trigger": Database["public"]['Enums']["run_trigger"],
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "test_runs"
        isOneToOne: true
        isSetofReturn: false
      } },
"capture_variables":
{ Args: { "p_captures": Json,"p_lease_number": number,"p_run_id": string,"p_test": string,"p_version": number }; Returns: number
                           },
"claim_run":
{ Args: { "p_lease_seconds"?: number,"p_worker": string }; Returns: Json
                           },
"cleanup_expired_contexts":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"close_archive":
{ Args: { "p_archive_id": string,"p_deleted_rows": number }; Returns: {
              "checksum": string,
"created_at": string,
"deleted_rows": number | null,
"done_at": string | null,
"format": string,
"id": string,
"location": string,
"metadata": NonNullable<Json>,
"organization_id": string,
"period_end": string,
"period_start": string,
"row_count": number,
"size_bytes": number,
"source_table": string,
"state": Database["public"]['Enums']["archive_state"],
"updated_at": string,
"verified_at": string | null,
"written_by": string | null
            }
                          SetofOptions: {
        from: "*"
        to: "archives"
        isOneToOne: true
        isSetofReturn: false
      } },
"condense_expired":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"create_organization":
{ Args: { "p_name": string,"p_slug": string }; Returns: {
              "created_at": string,
"created_by": string | null,
"description": string,
"id": string,
"metadata": NonNullable<Json>,
"name": string,
"retention": NonNullable<Json>,
"slug": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "organizations"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_project_token":
{ Args: { "p_expires_at"?: string,"p_name": string,"p_project_id": string,"p_scopes": (string)[] }; Returns: Json
                           },
"delete_archived_rows":
{ Args: { "p_chunk": string,"p_limit"?: number,"p_organization_id": string }; Returns: number
                           },
"delete_expired_artifacts":
{ Args: { "p_limit"?: number }; Returns: Json
                           },
"duplicate_suite":
{ Args: { "p_key": string,"p_name"?: string,"p_suite_id": string }; Returns: {
              "config": NonNullable<Json>,
"created_at": string,
"created_by": string | null,
"deleted_at": string | null,
"description": string,
"hooks": NonNullable<Json>,
"id": string,
"key": string,
"metadata": NonNullable<Json>,
"name": string,
"organization_id": string,
"path": string,
"project_id": string,
"selectors": NonNullable<Json>,
"tags": (string)[],
"updated_at": string,
"version": number
            }
                          SetofOptions: {
        from: "*"
        to: "test_suites"
        isOneToOne: true
        isSetofReturn: false
      } },
"duplicate_test":
{ Args: { "p_key": string,"p_name"?: string,"p_test_id": string }; Returns: {
              "created_at": string,
"deleted_at": string | null,
"description": string,
"enabled": boolean,
"id": string,
"idempotent": boolean,
"key": string,
"metadata": NonNullable<Json>,
"name": string,
"only": boolean,
"organization_id": string,
"position": number,
"priority": Database["public"]['Enums']["test_priority"],
"project_id": string,
"quarantine_owner": string | null,
"quarantine_reason": string | null,
"quarantine_until": string | null,
"quarantined_at": string | null,
"retries": number,
"skip_reason": string | null,
"suite_id": string,
"tags": (string)[],
"timeout_seconds": number | null,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "test_cases"
        isOneToOne: true
        isSetofReturn: false
      } },
"end_quarantine":
{ Args: { "p_test_ids": (string)[] }; Returns: {
              "created_at": string,
"deleted_at": string | null,
"description": string,
"enabled": boolean,
"id": string,
"idempotent": boolean,
"key": string,
"metadata": NonNullable<Json>,
"name": string,
"only": boolean,
"organization_id": string,
"position": number,
"priority": Database["public"]['Enums']["test_priority"],
"project_id": string,
"quarantine_owner": string | null,
"quarantine_reason": string | null,
"quarantine_until": string | null,
"quarantined_at": string | null,
"retries": number,
"skip_reason": string | null,
"suite_id": string,
"tags": (string)[],
"timeout_seconds": number | null,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "test_cases"
        isOneToOne: false
        isSetofReturn: true
      } },
"end_retention":
{ Args: { "p_done": boolean,"p_worker": string }; Returns: boolean
                           },
"exchange_project_token":
{ Args: { "p_token": string }; Returns: Json
                           },
"find_invitation":
{ Args: { "p_token": string }; Returns: {
              "email": string,"expires_at": string,"id": string,"inviter": string,"organization": string,"role": Database["public"]['Enums']["member_role"]
            }[]
                           },
"find_missing_contents":
{ Args: { "p_hashes": (string)[],"p_project_id": string }; Returns: (string)[]
                           },
"finish_run":
{ Args: { "p_lease_number": number,"p_outcome": Json,"p_run_id": string }; Returns: Json
                           },
"get_archives":
{ Args: { "p_after"?: string,"p_organization"?: string,"p_run_id"?: string }; Returns: Json
                           },
"get_artifact":
{ Args: { "p_checksum": string,"p_run_id": string,"p_test_case_id": string }; Returns: Json
                           },
"get_execution_context":
{ Args: { "p_run_id": string }; Returns: Json
                           },
"get_expired_rows":
{ Args: { "p_after"?: Json,"p_limit"?: number,"p_run_ids": (string)[],"p_table": string,"p_what": string }; Returns: Json
                           },
"get_expired_runs":
{ Args: { "p_project_id": string,"p_rows"?: number,"p_what": string }; Returns: Json
                           },
"get_notification_channels":
{ Args: { "p_run_id": string }; Returns: Json
                           },
"get_open_archives":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"get_retention":
{ Args: { "p_counted"?: boolean,"p_organization_id": string }; Returns: Json
                           },
"get_retention_turn":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"get_run_content":
{ Args: { "p_hash": string,"p_lease_number": number,"p_run_id": string }; Returns: string
                           },
"get_run_plan":
{ Args: { "p_run_id": string }; Returns: Json
                           },
"get_suite_content":
{ Args: { "p_hash": string,"p_project_id": string }; Returns: string
                           },
"get_suite_files":
{ Args: { "p_project_id": string }; Returns: {
              "files": Json,"key": string,"known_files": (string)[],"known_hashes": (string)[],"origin": Database["public"]['Enums']["version_origin"],"path": string,"source": string,"version": number
            }[]
                           },
"heartbeat_worker":
{ Args: { "p_state"?: string,"p_worker_id": string }; Returns: string
                           },
"initialise_execution_context":
{ Args: { "p_lease_number": number,"p_run_id": string }; Returns: Json
                           },
"invite_member":
{ Args: { "p_days"?: number,"p_email"?: string,"p_organization_id": string,"p_role": Database["public"]['Enums']["member_role"] }; Returns: Json
                           },
"list_invitations":
{ Args: { "p_organization_id": string }; Returns: {
              "created_at": string,"email": string,"expires_at": string,"id": string,"inviter": string,"role": Database["public"]['Enums']["member_role"],"state": Database["public"]['Enums']["invitation_state"]
            }[]
                           },
"list_my_invitations":
{ Args: Record<PropertyKey, never>; Returns: {
              "email": string,"expires_at": string,"id": string,"inviter": string,"organization": string,"role": Database["public"]['Enums']["member_role"]
            }[]
                           },
"list_workers":
{ Args: { "p_organization_id": string }; Returns: {
              "is_alive": boolean,"last_seen_at": string,"name": string,"run_ids": (string)[],"started_at": string,"version": string
            }[]
                           },
"plan_retention":
{ Args: { "p_counted"?: boolean }; Returns: Json
                           },
"preview_schedule":
{ Args: { "p_count"?: number,"p_cron": string,"p_timezone"?: string }; Returns: (string)[]
                           },
"push_suites":
{ Args: { "p_project_id": string,"p_push": Json }; Returns: Json
                           },
"quarantine_tests":
{ Args: { "p_owner"?: string,"p_reason": string,"p_test_ids": (string)[],"p_until": string }; Returns: {
              "created_at": string,
"deleted_at": string | null,
"description": string,
"enabled": boolean,
"id": string,
"idempotent": boolean,
"key": string,
"metadata": NonNullable<Json>,
"name": string,
"only": boolean,
"organization_id": string,
"position": number,
"priority": Database["public"]['Enums']["test_priority"],
"project_id": string,
"quarantine_owner": string | null,
"quarantine_reason": string | null,
"quarantine_until": string | null,
"quarantined_at": string | null,
"retries": number,
"skip_reason": string | null,
"suite_id": string,
"tags": (string)[],
"timeout_seconds": number | null,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "test_cases"
        isOneToOne: false
        isSetofReturn: true
      } },
"record_archive":
{ Args: { "p_archive": Json,"p_organization_id": string }; Returns: {
              "checksum": string,
"created_at": string,
"deleted_rows": number | null,
"done_at": string | null,
"format": string,
"id": string,
"location": string,
"metadata": NonNullable<Json>,
"organization_id": string,
"period_end": string,
"period_start": string,
"row_count": number,
"size_bytes": number,
"source_table": string,
"state": Database["public"]['Enums']["archive_state"],
"updated_at": string,
"verified_at": string | null,
"written_by": string | null
            }
                          SetofOptions: {
        from: "*"
        to: "archives"
        isOneToOne: true
        isSetofReturn: false
      } },
"record_fixture_usage":
{ Args: { "p_lease_number": number,"p_run_id": string,"p_usage": Json }; Returns: number
                           },
"record_health_check":
{ Args: { "p_endpoint_id": string,"p_note"?: string,"p_ok": boolean }; Returns: undefined
                           },
"record_run":
{ Args: { "p_batch": Json,"p_batch_number": number,"p_context_version": number,"p_lease_number": number,"p_run_id": string }; Returns: Json
                           },
"register_worker":
{ Args: { "p_capabilities"?: Json,"p_name": string,"p_version"?: string }; Returns: {
              "capabilities": NonNullable<Json>,
"created_at": string,
"id": string,
"last_seen_at": string,
"name": string,
"started_at": string,
"state": Database["public"]['Enums']["worker_state"],
"updated_at": string,
"version": string
            }
                          SetofOptions: {
        from: "*"
        to: "workers"
        isOneToOne: true
        isSetofReturn: false
      } },
"release_run":
{ Args: { "p_lease_number": number,"p_run_id": string }; Returns: undefined
                           },
"remove_restored":
{ Args: { "p_limit"?: number }; Returns: number
                           },
"remove_worker":
{ Args: { "p_worker_id": string }; Returns: boolean
                           },
"request_due_schedules":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"request_runs":
{ Args: { "p_idempotency_key"?: string,"p_project_id": string,"p_requests": Json }; Returns: {
              "batch_id": string,
"batch_position": number,
"blocked": number,
"broken": number,
"cancel_requested_at": string | null,
"cancel_requested_by": string | null,
"completed": number,
"config": NonNullable<Json>,
"created_at": string,
"duration_ms": number | null,
"environment_id": string,
"executor": Database["public"]['Enums']["run_executor"],
"failed": number,
"finished_at": string | null,
"git_branch": string | null,
"git_commit": string | null,
"id": string,
"kept_until": string | null,
"lease_expires_at": string | null,
"lease_number": number,
"message": string | null,
"organization_id": string,
"passed": number,
"pending": number,
"priority": Database["public"]['Enums']["run_priority"],
"project_id": string,
"reason": Database["public"]['Enums']["run_failure_reason"] | null,
"report": Json | null,
"requested_by": string | null,
"selection": NonNullable<Json>,
"sequence": number,
"skipped": number,
"source": NonNullable<Json>,
"started_at": string | null,
"status": Database["public"]['Enums']["run_status"],
"suites": (string)[],
"summary": NonNullable<Json>,
"total": number,
"trigger": Database["public"]['Enums']["run_trigger"],
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "test_runs"
        isOneToOne: false
        isSetofReturn: true
      } },
"resolve_test_dependencies":
{ Args: { "p_run_id": string,"p_test": string }; Returns: Json
                           },
"restore_rows":
{ Args: { "p_archive_id": string,"p_rows": Json }; Returns: number
                           },
"retry_run":
{ Args: { "p_idempotency_key"?: string,"p_run_id": string }; Returns: {
              "batch_id": string,
"batch_position": number,
"blocked": number,
"broken": number,
"cancel_requested_at": string | null,
"cancel_requested_by": string | null,
"completed": number,
"config": NonNullable<Json>,
"created_at": string,
"duration_ms": number | null,
"environment_id": string,
"executor": Database["public"]['Enums']["run_executor"],
"failed": number,
"finished_at": string | null,
"git_branch": string | null,
"git_commit": string | null,
"id": string,
"kept_until": string | null,
"lease_expires_at": string | null,
"lease_number": number,
"message": string | null,
"organization_id": string,
"passed": number,
"pending": number,
"priority": Database["public"]['Enums']["run_priority"],
"project_id": string,
"reason": Database["public"]['Enums']["run_failure_reason"] | null,
"report": Json | null,
"requested_by": string | null,
"selection": NonNullable<Json>,
"sequence": number,
"skipped": number,
"source": NonNullable<Json>,
"started_at": string | null,
"status": Database["public"]['Enums']["run_status"],
"suites": (string)[],
"summary": NonNullable<Json>,
"total": number,
"trigger": Database["public"]['Enums']["run_trigger"],
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "test_runs"
        isOneToOne: true
        isSetofReturn: false
      } },
"revoke_invitation":
{ Args: { "p_invitation_id": string }; Returns: {
              "accepted_at": string | null,
"accepted_by": string | null,
"created_at": string,
"declined_at": string | null,
"email": string | null,
"expires_at": string,
"id": string,
"invited_by": string | null,
"organization_id": string,
"revoked_at": string | null,
"role": Database["public"]['Enums']["member_role"],
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "organization_invitations"
        isOneToOne: true
        isSetofReturn: false
      } },
"save_execution_context":
{ Args: { "p_context": Json,"p_lease_number": number,"p_run_id": string,"p_secrets"?: Json,"p_version": number }; Returns: number
                           },
"set_api_credential_secret":
{ Args: { "p_credential_id": string,"p_secret": Json }; Returns: {
              "created_at": string,
"description": string,
"expires_at": string | null,
"has_secret": boolean,
"id": string,
"last_used_at": string | null,
"metadata": NonNullable<Json>,
"name": string,
"organization_id": string,
"rotated_at": string | null,
"settings": NonNullable<Json>,
"type": Database["public"]['Enums']["credential_type"],
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "api_credentials"
        isOneToOne: true
        isSetofReturn: false
      } },
"set_environment_variable":
{ Args: { "p_environment_id": string,"p_is_secret": boolean,"p_name": string,"p_value": string }; Returns: undefined
                           },
"set_notification_address":
{ Args: { "p_address": string,"p_channel_id": string }; Returns: {
              "created_at": string,
"created_by": string | null,
"description": string,
"enabled": boolean,
"events": (Database["public"]['Enums']["channel_event"])[],
"has_address": boolean,
"id": string,
"kind": Database["public"]['Enums']["channel_kind"],
"metadata": NonNullable<Json>,
"name": string,
"organization_id": string,
"project_id": string | null,
"settings": NonNullable<Json>,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "notification_channels"
        isOneToOne: true
        isSetofReturn: false
      } },
"update_shared_tokens":
{ Args: { "p_lease_number": number,"p_run_id": string,"p_tokens": Json,"p_version": number }; Returns: number
                           },
"update_tests":
{ Args: { "p_changes": Json,"p_test_ids": (string)[] }; Returns: {
              "created_at": string,
"deleted_at": string | null,
"description": string,
"enabled": boolean,
"id": string,
"idempotent": boolean,
"key": string,
"metadata": NonNullable<Json>,
"name": string,
"only": boolean,
"organization_id": string,
"position": number,
"priority": Database["public"]['Enums']["test_priority"],
"project_id": string,
"quarantine_owner": string | null,
"quarantine_reason": string | null,
"quarantine_until": string | null,
"quarantined_at": string | null,
"retries": number,
"skip_reason": string | null,
"suite_id": string,
"tags": (string)[],
"timeout_seconds": number | null,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "test_cases"
        isOneToOne: false
        isSetofReturn: true
      } },
"verify_archive":
{ Args: { "p_archive_id": string,"p_checksum": string,"p_row_count": number }; Returns: {
              "checksum": string,
"created_at": string,
"deleted_rows": number | null,
"done_at": string | null,
"format": string,
"id": string,
"location": string,
"metadata": NonNullable<Json>,
"organization_id": string,
"period_end": string,
"period_start": string,
"row_count": number,
"size_bytes": number,
"source_table": string,
"state": Database["public"]['Enums']["archive_state"],
"updated_at": string,
"verified_at": string | null,
"written_by": string | null
            }
                          SetofOptions: {
        from: "*"
        to: "archives"
        isOneToOne: true
        isSetofReturn: false
      } }
          }
          Enums: {
            "archive_state": "written"|"verified"|"done","audit_action": "insert"|"update"|"delete","channel_event": "completed"|"failed"|"recovered"|"flaky_detected"|"slower","channel_kind": "slack"|"email"|"teams"|"webhook"|"apprise","credential_type": "basic"|"bearer"|"api_key"|"oauth2_client_credentials"|"oauth2_password"|"oauth2_refresh"|"digest"|"aws_sigv4"|"custom_header","dependency_type": "order"|"data"|"token","detail_kind": "request"|"response"|"assertion"|"capture"|"log"|"attempt"|"artifact"|"context"|"cleanup"|"renewal","endpoint_auth": "none"|"basic"|"bearer"|"api_key"|"oauth2"|"digest"|"aws_sigv4"|"custom_header","endpoint_protocol": "rest"|"graphql","environment_kind": "local"|"ci"|"staging"|"production","failure_group": "environment"|"auth"|"limits"|"server"|"contract"|"value"|"data_flow"|"test","fixture_cleanup": "immediate"|"delayed"|"manual","fixture_kind": "literal"|"file"|"generated"|"snapshot","invitation_state": "pending"|"accepted"|"declined"|"revoked"|"expired"|"lapsed","member_role": "viewer"|"editor"|"admin"|"owner","metric_granularity": "day"|"month","run_executor": "worker"|"local","run_failure_reason": "tests"|"environment"|"timeout"|"interrupted","run_priority": "critical"|"high"|"medium"|"low","run_status": "queued"|"preparing"|"running"|"completed"|"failed"|"cancelled","run_trigger": "manual"|"scheduled"|"ci"|"webhook","search_subject": "tests"|"runs"|"results"|"failures","test_priority": "critical"|"high"|"medium"|"low","test_verdict": "passed"|"failed"|"broken"|"blocked"|"skipped","token_scope": "runs:request"|"suites:push"|"results:read","triage_state": "open"|"acknowledged"|"ignored"|"resolved","version_origin": "pushed"|"edited","worker_state": "idle"|"busy"|"draining"
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            "archive_state": ["written", "verified", "done"],"audit_action": ["insert", "update", "delete"],"channel_event": ["completed", "failed", "recovered", "flaky_detected", "slower"],"channel_kind": ["slack", "email", "teams", "webhook", "apprise"],"credential_type": ["basic", "bearer", "api_key", "oauth2_client_credentials", "oauth2_password", "oauth2_refresh", "digest", "aws_sigv4", "custom_header"],"dependency_type": ["order", "data", "token"],"detail_kind": ["request", "response", "assertion", "capture", "log", "attempt", "artifact", "context", "cleanup", "renewal"],"endpoint_auth": ["none", "basic", "bearer", "api_key", "oauth2", "digest", "aws_sigv4", "custom_header"],"endpoint_protocol": ["rest", "graphql"],"environment_kind": ["local", "ci", "staging", "production"],"failure_group": ["environment", "auth", "limits", "server", "contract", "value", "data_flow", "test"],"fixture_cleanup": ["immediate", "delayed", "manual"],"fixture_kind": ["literal", "file", "generated", "snapshot"],"invitation_state": ["pending", "accepted", "declined", "revoked", "expired", "lapsed"],"member_role": ["viewer", "editor", "admin", "owner"],"metric_granularity": ["day", "month"],"run_executor": ["worker", "local"],"run_failure_reason": ["tests", "environment", "timeout", "interrupted"],"run_priority": ["critical", "high", "medium", "low"],"run_status": ["queued", "preparing", "running", "completed", "failed", "cancelled"],"run_trigger": ["manual", "scheduled", "ci", "webhook"],"search_subject": ["tests", "runs", "results", "failures"],"test_priority": ["critical", "high", "medium", "low"],"test_verdict": ["passed", "failed", "broken", "blocked", "skipped"],"token_scope": ["runs:request", "suites:push", "results:read"],"triage_state": ["open", "acknowledged", "ignored", "resolved"],"version_origin": ["pushed", "edited"],"worker_state": ["idle", "busy", "draining"]
          }
        }
} as const
