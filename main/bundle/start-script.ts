/**
 * Runs the installed package on the embedded engine. POSIX sh, no bashism; arguments go to `sallyport run`. It finds the package by its own place, so
 * the folder can be moved.
 */
export const START_SCRIPT_TEXT = `#!/bin/sh
# Starts this model on Sallyport's embedded engine:
#   sh bundle/start.sh "What is a sally port?"
#   sh bundle/start.sh --chat
# Set SALLYPORT to the command if it is not on PATH.
set -eu
package=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
command=\${SALLYPORT:-sallyport}
if ! command -v "$command" >/dev/null 2>&1; then
  echo "Sallyport was not found. Install it, or set SALLYPORT to its command, and run this again." >&2
  exit 127
fi
exec "$command" run "$package" "$@"
`;

/** The same for Windows. No `call`: control passes over for good, and with it the exit code. */
export const START_SCRIPT_WINDOWS_TEXT = `@echo off
rem Starts this model on Sallyport's embedded engine:
rem   bundle\\start.cmd "What is a sally port?"
rem Set SALLYPORT to the command if it is not on PATH.
setlocal
if not defined SALLYPORT set "SALLYPORT=sallyport"
if exist "%SALLYPORT%" goto run
where /q "%SALLYPORT%" && goto run
echo Sallyport was not found. Install it, or set SALLYPORT to its command, and run this again. 1>&2
exit /b 127
:run
"%SALLYPORT%" run "%~dp0.." %*
`.replaceAll("\n", "\r\n");
