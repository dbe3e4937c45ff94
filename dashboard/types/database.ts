// Generated from the schema in sql/ by `make types`. Do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {

  "public": {
          Tables: {
            "environment_variables": {
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
                    "base_url": string,"created_at": string,"created_by": string | null,"deleted_at": string | null,"description": string,"id": string,"kind": Database["public"]['Enums']["environment_kind"],"max_parallel": number | null,"metadata": NonNullable<Json>,"name": string,"organization_id": string,"project_id": string,"rate_limit_per_second": number | null,"services": NonNullable<Json>,"timeout_seconds": number | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "base_url"?: string,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"id"?: string,"kind"?: Database["public"]['Enums']["environment_kind"],"max_parallel"?: number | null,"metadata"?: NonNullable<Json>,"name": string,"organization_id": string,"project_id": string,"rate_limit_per_second"?: number | null,"services"?: NonNullable<Json>,"timeout_seconds"?: number | null,"updated_at"?: string
                  }
                  Update: {
                    "base_url"?: string,"created_at"?: string,"created_by"?: string | null,"deleted_at"?: string | null,"description"?: string,"id"?: string,"kind"?: Database["public"]['Enums']["environment_kind"],"max_parallel"?: number | null,"metadata"?: NonNullable<Json>,"name"?: string,"organization_id"?: string,"project_id"?: string,"rate_limit_per_second"?: number | null,"services"?: NonNullable<Json>,"timeout_seconds"?: number | null,"updated_at"?: string
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
                    "created_at": string,"created_by": string | null,"description": string,"id": string,"metadata": NonNullable<Json>,"name": string,"slug": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"id"?: string,"metadata"?: NonNullable<Json>,"name": string,"slug": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"description"?: string,"id"?: string,"metadata"?: NonNullable<Json>,"name"?: string,"slug"?: string,"updated_at"?: string
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
                },"test_dependencies": {
                  Row: {
                    "created_at": string,"dependency_type": Database["public"]['Enums']["dependency_type"],"dependent_test_id": string,"id": string,"organization_id": string,"project_id": string,"reasons": (string)[],"required_test_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"dependency_type": Database["public"]['Enums']["dependency_type"],"dependent_test_id": string,"id"?: string,"organization_id": string,"project_id": string,"reasons"?: (string)[],"required_test_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"dependency_type"?: Database["public"]['Enums']["dependency_type"],"dependent_test_id"?: string,"id"?: string,"organization_id"?: string,"project_id"?: string,"reasons"?: (string)[],"required_test_id"?: string,"updated_at"?: string
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
                    "auth": Json | null,"body": Json | null,"created_at": string,"headers": NonNullable<Json>,"id": string,"metadata": NonNullable<Json>,"method": string,"organization_id": string,"path": string,"query": NonNullable<Json>,"settings": NonNullable<Json>,"step_index": number,"test_case_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "auth"?: Json | null,"body"?: Json | null,"created_at"?: string,"headers"?: NonNullable<Json>,"id"?: string,"metadata"?: NonNullable<Json>,"method": string,"organization_id": string,"path": string,"query"?: NonNullable<Json>,"settings"?: NonNullable<Json>,"step_index"?: number,"test_case_id": string,"updated_at"?: string
                  }
                  Update: {
                    "auth"?: Json | null,"body"?: Json | null,"created_at"?: string,"headers"?: NonNullable<Json>,"id"?: string,"metadata"?: NonNullable<Json>,"method"?: string,"organization_id"?: string,"path"?: string,"query"?: NonNullable<Json>,"settings"?: NonNullable<Json>,"step_index"?: number,"test_case_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "test_request_configs_belong_to_a_test"
      columns: ["test_case_id","organization_id"]
isOneToOne: false
      referencedRelation: "test_cases"
      referencedColumns: ["id","organization_id"]
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
      foreignKeyName: "test_result_details_belong_to_a_result"
      columns: ["run_id","run_created_at","test_case_id"]
isOneToOne: false
      referencedRelation: "test_results"
      referencedColumns: ["run_id","run_created_at","test_case_id"]
    },{
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
                },"test_runs": {
                  Row: {
                    "batch_id": string,"batch_position": number,"blocked": number,"broken": number,"cancel_requested_at": string | null,"cancel_requested_by": string | null,"completed": number,"config": NonNullable<Json>,"created_at": string,"duration_ms": number | null,"environment_id": string,"executor": Database["public"]['Enums']["run_executor"],"failed": number,"finished_at": string | null,"git_branch": string | null,"git_commit": string | null,"id": string,"lease_expires_at": string | null,"lease_number": number,"message": string | null,"organization_id": string,"passed": number,"pending": number,"priority": Database["public"]['Enums']["run_priority"],"project_id": string,"reason": Database["public"]['Enums']["run_failure_reason"] | null,"report": Json | null,"requested_by": string | null,"selection": NonNullable<Json>,"sequence": number,"skipped": number,"source": NonNullable<Json>,"started_at": string | null,"status": Database["public"]['Enums']["run_status"],"suites": (string)[],"summary": NonNullable<Json>,"total": number,"trigger": Database["public"]['Enums']["run_trigger"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "batch_id"?: string,"batch_position"?: number,"blocked"?: number,"broken"?: number,"cancel_requested_at"?: string | null,"cancel_requested_by"?: string | null,"completed"?: never,"config"?: NonNullable<Json>,"created_at"?: string,"duration_ms"?: never,"environment_id": string,"executor"?: Database["public"]['Enums']["run_executor"],"failed"?: number,"finished_at"?: string | null,"git_branch"?: string | null,"git_commit"?: string | null,"id"?: string,"lease_expires_at"?: string | null,"lease_number"?: number,"message"?: string | null,"organization_id": string,"passed"?: number,"pending"?: never,"priority"?: Database["public"]['Enums']["run_priority"],"project_id": string,"reason"?: Database["public"]['Enums']["run_failure_reason"] | null,"report"?: Json | null,"requested_by"?: string | null,"selection"?: NonNullable<Json>,"sequence"?: number,"skipped"?: number,"source"?: NonNullable<Json>,"started_at"?: string | null,"status"?: Database["public"]['Enums']["run_status"],"suites"?: (string)[],"summary"?: NonNullable<Json>,"total"?: number,"trigger"?: Database["public"]['Enums']["run_trigger"],"updated_at"?: string
                  }
                  Update: {
                    "batch_id"?: string,"batch_position"?: number,"blocked"?: number,"broken"?: number,"cancel_requested_at"?: string | null,"cancel_requested_by"?: string | null,"completed"?: never,"config"?: NonNullable<Json>,"created_at"?: string,"duration_ms"?: never,"environment_id"?: string,"executor"?: Database["public"]['Enums']["run_executor"],"failed"?: number,"finished_at"?: string | null,"git_branch"?: string | null,"git_commit"?: string | null,"id"?: string,"lease_expires_at"?: string | null,"lease_number"?: number,"message"?: string | null,"organization_id"?: string,"passed"?: number,"pending"?: never,"priority"?: Database["public"]['Enums']["run_priority"],"project_id"?: string,"reason"?: Database["public"]['Enums']["run_failure_reason"] | null,"report"?: Json | null,"requested_by"?: string | null,"selection"?: NonNullable<Json>,"sequence"?: number,"skipped"?: number,"source"?: NonNullable<Json>,"started_at"?: string | null,"status"?: Database["public"]['Enums']["run_status"],"suites"?: (string)[],"summary"?: NonNullable<Json>,"total"?: number,"trigger"?: Database["public"]['Enums']["run_trigger"],"updated_at"?: string
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
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
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
"claim_run":
{ Args: { "p_lease_seconds"?: number,"p_worker": string }; Returns: Json
                           },
"cleanup_expired_contexts":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"create_organization":
{ Args: { "p_name": string,"p_slug": string }; Returns: {
              "created_at": string,
"created_by": string | null,
"description": string,
"id": string,
"metadata": NonNullable<Json>,
"name": string,
"slug": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "organizations"
        isOneToOne: true
        isSetofReturn: false
      } },
"finish_run":
{ Args: { "p_lease_number": number,"p_outcome": Json,"p_run_id": string }; Returns: Json
                           },
"get_execution_context":
{ Args: { "p_run_id": string }; Returns: Json
                           },
"push_suites":
{ Args: { "p_project_id": string,"p_push": Json }; Returns: Json
                           },
"record_run":
{ Args: { "p_batch": Json,"p_batch_number": number,"p_context_version": number,"p_lease_number": number,"p_run_id": string }; Returns: Json
                           },
"release_run":
{ Args: { "p_lease_number": number,"p_run_id": string }; Returns: undefined
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
"save_execution_context":
{ Args: { "p_context": Json,"p_lease_number": number,"p_run_id": string,"p_secrets"?: Json,"p_version": number }; Returns: number
                           },
"set_environment_variable":
{ Args: { "p_environment_id": string,"p_is_secret": boolean,"p_name": string,"p_value": string }; Returns: undefined
                           }
          }
          Enums: {
            "dependency_type": "order"|"data"|"token","detail_kind": "request"|"response"|"assertion"|"capture"|"log"|"attempt"|"artifact"|"context","environment_kind": "local"|"ci"|"staging"|"production","member_role": "viewer"|"editor"|"admin"|"owner","run_executor": "worker"|"local","run_failure_reason": "tests"|"environment"|"timeout"|"interrupted","run_priority": "critical"|"high"|"medium"|"low","run_status": "queued"|"preparing"|"running"|"completed"|"failed"|"cancelled","run_trigger": "manual"|"scheduled"|"ci"|"webhook","test_priority": "critical"|"high"|"medium"|"low","test_verdict": "passed"|"failed"|"broken"|"blocked"|"skipped"
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
            "dependency_type": ["order", "data", "token"],"detail_kind": ["request", "response", "assertion", "capture", "log", "attempt", "artifact", "context"],"environment_kind": ["local", "ci", "staging", "production"],"member_role": ["viewer", "editor", "admin", "owner"],"run_executor": ["worker", "local"],"run_failure_reason": ["tests", "environment", "timeout", "interrupted"],"run_priority": ["critical", "high", "medium", "low"],"run_status": ["queued", "preparing", "running", "completed", "failed", "cancelled"],"run_trigger": ["manual", "scheduled", "ci", "webhook"],"test_priority": ["critical", "high", "medium", "low"],"test_verdict": ["passed", "failed", "broken", "blocked", "skipped"]
          }
        }
} as const
