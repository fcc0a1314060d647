"""The record in other people's formats: plain functions from requests to text."""
