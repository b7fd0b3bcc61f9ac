"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(op.f("ix_delivery_attempts_outbox_id"), "delivery_attempts", ["outbox_id"], unique=False)
    op.create_table(
        "fetched_key_sets",
        sa.Column("jwks_url", sa.String(length=2000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jwks_url", name=op.f("pk_fetched_key_sets")),
    )
    op.create_table(
        "learners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home_page", sa.String(length=500), nullable=False),
        sa.Column("account_name", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learners")),
        sa.UniqueConstraint("home_page", "account_name", name=op.f("uq_learners_home_page_account_name")),
    )
    op.create_table(
        "lrs_credentials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_credentials")),
        sa.UniqueConstraint("key", name=op.f("uq_lrs_credentials_key")),
        sa.UniqueConstraint("name", name=op.f("uq_lrs_credentials_name")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("lane", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_completion_id"), "outbox", ["completion_id"], unique=False)
    op.create_index(op.f("ix_outbox_lane_position"), "outbox", ["lane", "position"], unique=False)
    op.create_index(op.f("ix_outbox_status_due_at"), "outbox", ["status", "due_at"], unique=False)
    op.create_table(
        "platforms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("auth_login_url", sa.String(length=2000), nullable=False),
        sa.Column("auth_token_url", sa.String(length=2000), nullable=False),
        sa.Column("token_audience", sa.String(length=2000), nullable=True),
        sa.Column("jwks_url", sa.String(length=2000), nullable=False),
        sa.Column("product_family", sa.String(length=50), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("actor_home_page", sa.String(length=500), nullable=False),
        sa.Column("anonymous_allowed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platforms")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_platforms_issuer_client_id")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=1000), nullable=False),
        sa.Column("authority", sa.String(length=1000), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("refers_to", sa.Uuid(), nullable=True),
        sa.Column("voided_by", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index(
        "ix_statements_refers_to",
        "statements",
        ["refers_to"],
        unique=False,
        postgresql_where=sa.text("refers_to IS NOT NULL"),
        sqlite_where=sa.text("refers_to IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_statements_registration_stored_id"),
        "statements",
        ["registration", "stored", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_statements_stored_id"), "statements", ["stored", "id"], unique=False)
    op.create_index(
        op.f("ix_statements_verb_stored_id"), "statements", ["verb", "stored", "id"], unique=False
    )
    op.create_table(
        "tool_keys",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_pem", sa.LargeBinary(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_tool_keys")),
        sa.UniqueConstraint("active", name=op.f("uq_tool_keys_active")),
    )
    op.create_table(
        "webinar_bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("webinar_id", sa.String(length=100), nullable=False),
        sa.Column("provider", sa.String(length=50), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_bookings")),
        sa.UniqueConstraint(
            "programme_id", "webinar_id", name=op.f("uq_webinar_bookings_programme_id_webinar_id")
        ),
    )
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.String(length=1000), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platforms.id"], name=op.f("fk_access_tokens_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("platform_id", "scopes", name=op.f("uq_access_tokens_platform_id_scopes")),
    )
    op.create_table(
        "completions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("activity_id", sa.String(length=100), nullable=False),
        sa.Column("activity_kind", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("score_percent", sa.Integer(), nullable=True),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("evidence_ids", sa.JSON(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_completions_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completions")),
    )
    op.create_index(
        op.f("ix_completions_completed_at_id"), "completions", ["completed_at", "id"], unique=False
    )
    op.create_index(op.f("ix_completions_decided_at_id"), "completions", ["decided_at", "id"], unique=False)
    op.create_index(op.f("ix_completions_learner_id"), "completions", ["learner_id"], unique=False)
    op.create_index(
        op.f("ix_completions_programme_id_activity_id"),
        "completions",
        ["programme_id", "activity_id"],
        unique=False,
    )
    op.create_index(op.f("ix_completions_statement_id"), "completions", ["statement_id"], unique=False)
    op.create_table(
        "deployments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platforms.id"], name=op.f("fk_deployments_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
        sa.UniqueConstraint(
            "platform_id", "deployment_id", name=op.f("uq_deployments_platform_id_deployment_id")
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("activity_id", sa.String(length=100), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_evidence_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("learner_id", "key", name=op.f("uq_evidence_learner_id_key")),
        sa.UniqueConstraint("learner_id", "sequence", name=op.f("uq_evidence_learner_id_sequence")),
    )
    op.create_index(
        op.f("ix_evidence_programme_id_activity_id_kind"),
        "evidence",
        ["programme_id", "activity_id", "kind"],
        unique=False,
    )
    op.create_table(
        "login_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("target_link_uri", sa.Text(), nullable=False),
        sa.Column("login_hint", sa.Text(), nullable=False),
        sa.Column("message_hint", sa.Text(), nullable=True),
        sa.Column("deployment_hint", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platforms.id"], name=op.f("fk_login_states_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_states")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_login_states_state_hash")),
    )
    op.create_index(op.f("ix_login_states_expires_at"), "login_states", ["expires_at"], unique=False)
    op.create_table(
        "staff_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_invitations_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_staff_invitations_secret_hash")),
    )
    op.create_table(
        "statement_activities",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(length=1000), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statements.id"],
            name=op.f("fk_statement_activities_statement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("statement_id", "activity", "related", name=op.f("pk_statement_activities")),
    )
    op.create_index(
        op.f("ix_statement_activities_activity_stored_statement_id"),
        "statement_activities",
        ["activity", "stored", "statement_id"],
        unique=False,
    )
    op.create_table(
        "statement_agents",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.String(length=1000), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statements.id"],
            name=op.f("fk_statement_agents_statement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("statement_id", "agent", "related", name=op.f("pk_statement_agents")),
    )
    op.create_index(
        op.f("ix_statement_agents_agent_stored_statement_id"),
        "statement_agents",
        ["agent", "stored", "statement_id"],
        unique=False,
    )
    op.create_table(
        "webinar_sittings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.String(length=255), nullable=False),
        sa.Column("internal_id", sa.String(length=255), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polled_inside", sa.JSON(), nullable=False),
        sa.Column("unsettled_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["webinar_bookings.id"], name=op.f("fk_webinar_sittings_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_sittings")),
        sa.UniqueConstraint("internal_id", name=op.f("uq_webinar_sittings_internal_id")),
    )
    op.create_index(op.f("ix_webinar_sittings_booking_id"), "webinar_sittings", ["booking_id"], unique=False)
    op.create_index(op.f("ix_webinar_sittings_meeting_id"), "webinar_sittings", ["meeting_id"], unique=False)
    op.create_index(
        op.f("ix_webinar_sittings_unsettled_since"), "webinar_sittings", ["unsettled_since"], unique=False
    )
    op.create_table(
        "join_tickets",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_join_tickets_learner_id")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["webinar_sittings.id"], name=op.f("fk_join_tickets_sitting_id")
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_join_tickets")),
    )
    op.create_table(
        "lti_contexts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("context_id", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("memberships_url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_lti_contexts_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_contexts")),
        sa.UniqueConstraint(
            "deployment_id", "context_id", name=op.f("uq_lti_contexts_deployment_id_context_id")
        ),
    )
    op.create_table(
        "resource_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("context_id", sa.Uuid(), nullable=True),
        sa.Column("resource_link_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=True),
        sa.Column("activity_id", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["lti_contexts.id"], name=op.f("fk_resource_links_context_id")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_resource_links_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_links")),
        sa.UniqueConstraint(
            "deployment_id", "resource_link_id", name=op.f("uq_resource_links_deployment_id_resource_link_id")
        ),
    )
    op.create_table(
        "placements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("resource_link_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("line_item_url", sa.Text(), nullable=True),
        sa.Column("line_items_url", sa.Text(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("last_launch_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_placements_learner_id")),
        sa.ForeignKeyConstraint(
            ["resource_link_id"], ["resource_links.id"], name=op.f("fk_placements_resource_link_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint(
            "learner_id", "resource_link_id", name=op.f("uq_placements_learner_id_resource_link_id")
        ),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("deployment_id", sa.Uuid(), nullable=True),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("frame_ancestors", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name=op.f("fk_visits_deployment_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_visits_learner_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_visits_placement_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_visits_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_visits_secret_hash")),
    )
    op.create_index(op.f("ix_visits_expires_at"), "visits", ["expires_at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_visits_expires_at"), table_name="visits")
    op.drop_table("visits")
    op.drop_table("placements")
    op.drop_table("resource_links")
    op.drop_table("lti_contexts")
    op.drop_table("join_tickets")
    op.drop_index(op.f("ix_webinar_sittings_unsettled_since"), table_name="webinar_sittings")
    op.drop_index(op.f("ix_webinar_sittings_meeting_id"), table_name="webinar_sittings")
    op.drop_index(op.f("ix_webinar_sittings_booking_id"), table_name="webinar_sittings")
    op.drop_table("webinar_sittings")
    op.drop_index(op.f("ix_statement_agents_agent_stored_statement_id"), table_name="statement_agents")
    op.drop_table("statement_agents")
    op.drop_index(
        op.f("ix_statement_activities_activity_stored_statement_id"), table_name="statement_activities"
    )
    op.drop_table("statement_activities")
    op.drop_table("staff_invitations")
    op.drop_index(op.f("ix_login_states_expires_at"), table_name="login_states")
    op.drop_table("login_states")
    op.drop_index(op.f("ix_evidence_programme_id_activity_id_kind"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("deployments")
    op.drop_index(op.f("ix_completions_statement_id"), table_name="completions")
    op.drop_index(op.f("ix_completions_programme_id_activity_id"), table_name="completions")
    op.drop_index(op.f("ix_completions_learner_id"), table_name="completions")
    op.drop_index(op.f("ix_completions_decided_at_id"), table_name="completions")
    op.drop_index(op.f("ix_completions_completed_at_id"), table_name="completions")
    op.drop_table("completions")
    op.drop_table("access_tokens")
    op.drop_table("webinar_bookings")
    op.drop_table("tool_keys")
    op.drop_index(op.f("ix_statements_verb_stored_id"), table_name="statements")
    op.drop_index(op.f("ix_statements_stored_id"), table_name="statements")
    op.drop_index(op.f("ix_statements_registration_stored_id"), table_name="statements")
    op.drop_index(
        "ix_statements_refers_to",
        table_name="statements",
        postgresql_where=sa.text("refers_to IS NOT NULL"),
        sqlite_where=sa.text("refers_to IS NOT NULL"),
    )
    op.drop_table("statements")
    op.drop_table("staff")
    op.drop_table("platforms")
    op.drop_index(op.f("ix_outbox_status_due_at"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_lane_position"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_completion_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("lrs_credentials")
    op.drop_table("learners")
    op.drop_table("fetched_key_sets")
    op.drop_index(op.f("ix_delivery_attempts_outbox_id"), table_name="delivery_attempts")
    op.drop_table("delivery_attempts")
