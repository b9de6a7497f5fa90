#!/bin/sh
# Removes what a server on this machine never loads from a folder of packages: programs for other systems, sources of what is
# compiled, and builds for browsers. Usage: prune-packages.sh FOLDER
set -eu
cd "$1"

case "$(uname -m)" in
  aarch64) architecture=arm64 ;;
  *) architecture=x64 ;;
esac
runtime=onnxruntime-node/bin/napi-v3
mv "$runtime/linux/$architecture" "$runtime/kept"
rm -r "$runtime/darwin" "$runtime/linux" "$runtime/win32"
mkdir "$runtime/linux"
mv "$runtime/kept" "$runtime/linux/$architecture"

rm -r @xenova/transformers/dist better-sqlite3/deps better-sqlite3/src better-sqlite3/build/Release/obj*
find onnxruntime-web/dist -name '*.wasm' -delete
find . -name '*.map' -type f -delete
