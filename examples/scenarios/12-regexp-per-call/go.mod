module example.com/scenarios/slugs

go 1.23
