.PHONY: demo test check

demo:
	./engineo demo

test:
	./engineo test

check:
	./engineo check
