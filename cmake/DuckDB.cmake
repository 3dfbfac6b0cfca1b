# duckdb::duckdb: the DuckDB shared library of deps/ behind its C header. Fetched at configure time by deps/fetch.sh when
# absent (needs npm and a package registry once); afterwards everything is offline.
#
# Programs run from the build tree by CMake's build RPATH. Installed, the library stands in lib/ beside bin/, and
# programs find it through INSTALL_RPATH below (set before any target is made).
set(MINGLU_DEPS_DIR ${CMAKE_CURRENT_LIST_DIR}/../deps)
cmake_path(NORMAL_PATH MINGLU_DEPS_DIR)
set(MINGLU_DUCKDB_LIBRARY ${MINGLU_DEPS_DIR}/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so)
set(MINGLU_DUCKDB_INCLUDE ${MINGLU_DEPS_DIR}/include)

if(NOT TARGET duckdb::duckdb)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${MINGLU_DEPS_DIR}/fetch.sh ${MINGLU_DEPS_DIR}/package-lock.json)
  execute_process(COMMAND ${MINGLU_DEPS_DIR}/fetch.sh RESULT_VARIABLE minglu_fetch_result ERROR_VARIABLE minglu_fetch_error)
  if(NOT minglu_fetch_result EQUAL 0)
    message(FATAL_ERROR "${minglu_fetch_error}")
  endif()
  add_library(duckdb::duckdb SHARED IMPORTED GLOBAL)
  set_target_properties(duckdb::duckdb PROPERTIES
    IMPORTED_LOCATION ${MINGLU_DUCKDB_LIBRARY}
    IMPORTED_SONAME libduckdb.so
    INTERFACE_INCLUDE_DIRECTORIES ${MINGLU_DUCKDB_INCLUDE})
  install(FILES ${MINGLU_DUCKDB_LIBRARY} DESTINATION lib)
endif()
