"""What every feature builds on: jobs, modules, ports, lifecycle. Knows no feature and no infrastructure."""
