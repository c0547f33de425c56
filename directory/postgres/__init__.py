"""The database server: the private cluster, its roles, its backups, and how it is looked after."""
