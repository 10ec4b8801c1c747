module example.com/scenarios/ingest

go 1.23
