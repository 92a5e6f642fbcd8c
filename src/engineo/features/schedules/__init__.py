"""Schedules of a project, stored in the database: when it is crawled and scored again."""
