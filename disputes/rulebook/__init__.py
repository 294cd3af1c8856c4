"""The shop rules as pages: read, tried with facts, and published by one admin and approved by another."""
