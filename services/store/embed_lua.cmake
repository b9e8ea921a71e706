# Writes OUT: a table name -> text of the Lua scripts LUAS (a list).
set(text "// Made by embed_lua.cmake.\n#include \"store/redis/embedded.h\"\n\nnamespace snp::store::redis {\nconst EmbeddedScript kEmbeddedScripts[] = {\n")
foreach(lua ${LUAS})
  get_filename_component(name ${lua} NAME_WE)
  file(READ ${lua} body)
  string(APPEND text "    {\"${name}\", R\"LUA(${body})LUA\"},\n")
endforeach()
string(APPEND text "    {nullptr, nullptr}};\n}  // namespace snp::store::redis\n")
file(WRITE ${OUT} "${text}")
