module example.com/scenarios/specialties

go 1.23
