"""Who may sign in to the sample city: login, password, role. They exist nowhere else."""

SAMPLE_LOGINS = (
    ("dudao", "sample-dudao", "supervisor"),
    ("paiban", "sample-paiban", "coordinator"),
    ("jiexian", "sample-jiexian", "counsellor"),
    ("guanli", "sample-guanli", "administrator"),
)
