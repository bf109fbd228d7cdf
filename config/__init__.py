"""The hotline's own facts (hotline.toml) and its labour and care rules (rules.toml)."""
