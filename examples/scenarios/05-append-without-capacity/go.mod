module example.com/scenarios/pricing

go 1.23
