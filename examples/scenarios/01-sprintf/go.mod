module example.com/scenarios/accesslog

go 1.23
