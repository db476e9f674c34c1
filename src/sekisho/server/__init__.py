"""HTTP: thin routes over the rooms below, Starlette (extra [serve])."""
