"""Alembic's entry: runs the migrations on the engine that records.store hands over."""

from alembic import context
from sqlalchemy import text

from records.tables import Base

engine = context.config.attributes["engine"]
# One transaction for all of it: killed half-way, the database is as it was before. Of two
# processes that start at once, the second waits here and then finds nothing to do.
with engine.begin() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(968908)"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
