# What others get: libgossipchat, shared and static, and what `cmake --install` puts where.
#
# Both libraries are made of one object: the layers up to host (GOSSIPCHAT_LIBRARY_LAYERS of
# src/CMakeLists.txt), linked together, with everything that is hidden made local. The short names of
# the layers can so never collide with those of an embedder, in the static library either.
include(CMakePackageConfigHelpers)

set(layer_archives ${GOSSIPCHAT_LIBRARY_LAYERS})
list(TRANSFORM layer_archives PREPEND "$<TARGET_FILE:gossipchat_")
list(TRANSFORM layer_archives APPEND ">")
set(layer_targets ${GOSSIPCHAT_LIBRARY_LAYERS})
list(TRANSFORM layer_targets PREPEND gossipchat_)
# Which machine the objects are for; nothing else matters when they are only put together.
separate_arguments(machine NATIVE_COMMAND "${CMAKE_C_FLAGS}")
list(FILTER machine INCLUDE REGEX "^(-m|--target=)")
set(whole ${PROJECT_BINARY_DIR}/lib/gossipchat.o)
add_custom_command(OUTPUT ${whole}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/lib
  COMMAND ${CMAKE_C_COMPILER} ${machine} -r -nostdlib -o ${whole}
    -Wl,--whole-archive ${layer_archives} -Wl,--no-whole-archive
  COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${whole}
  DEPENDS ${layer_targets}
  COMMENT "Putting the layers of libgossipchat together"
  VERBATIM)
add_custom_target(gossipchat_whole DEPENDS ${whole})

# Each kind of library: its sources are the one object, and this is what it is called.
foreach(kind SHARED STATIC)
  string(TOLOWER gossipchat_${kind} library)
  add_library(${library} ${kind} ${whole})
  add_dependencies(${library} gossipchat_whole)
  set_target_properties(${library} PROPERTIES
    OUTPUT_NAME gossipchat
    LINKER_LANGUAGE C
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  target_include_directories(${library} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
# Before 1.0 every minor version may change the binary interface, so its number is in the name.
set_target_properties(gossipchat_shared PROPERTIES
  EXPORT_NAME gossipchat
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(NOT CMAKE_C_FLAGS MATCHES "-fsanitize")
  target_link_options(gossipchat_shared PRIVATE -Wl,-z,defs) # what is missing is missed here
endif()
# Embedders make the loop, so they need libuv themselves; of the others they see nothing.
set(library_needs PkgConfig::UV PkgConfig::SODIUM PkgConfig::PROTOBUF_C PkgConfig::UTF8PROC
  PkgConfig::SQLITE)
target_link_libraries(gossipchat_shared PRIVATE ${library_needs}
  INTERFACE $<BUILD_INTERFACE:PkgConfig::UV> $<INSTALL_INTERFACE:PkgConfig::GOSSIPCHAT_UV>)
target_link_libraries(gossipchat_static
  INTERFACE "$<BUILD_INTERFACE:${library_needs}>" $<INSTALL_INTERFACE:PkgConfig::GOSSIPCHAT_STATIC>)

# The manual pages, from the same lists as the program's own help.
set(manual ${PROJECT_BINARY_DIR}/gossipchat.1)
set(lists ${PROJECT_SOURCE_DIR}/src/app/options.def ${PROJECT_SOURCE_DIR}/src/app/commands.def
  ${PROJECT_SOURCE_DIR}/src/app/subcommands.def ${PROJECT_SOURCE_DIR}/src/app/status.h
  ${PROJECT_SOURCE_DIR}/src/app/option_table.c)
set(manual_settings ${PROJECT_BINARY_DIR}/gossipchat.5)
foreach(section 1 5)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/gossipchat.${section}
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/manual.py --version ${PROJECT_VERSION}
      --section ${section} --output ${PROJECT_BINARY_DIR}/gossipchat.${section} ${PROJECT_SOURCE_DIR}
    DEPENDS ${PROJECT_SOURCE_DIR}/tools/manual.py ${PROJECT_SOURCE_DIR}/tools/lists.py ${lists}
    COMMENT "Writing the manual page of section ${section}"
    VERBATIM)
endforeach()
add_custom_target(gossipchat_manual ALL DEPENDS ${manual} ${manual_settings})

# What shells need to complete commands and options: the program knows.
set(completions)
foreach(pair bash:gossipchat zsh:_gossipchat fish:gossipchat.fish)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 shell)
  list(GET pair 1 name)
  set(script ${PROJECT_BINARY_DIR}/completions/${shell}/${name})
  add_custom_command(OUTPUT ${script}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completions/${shell}
    COMMAND $<TARGET_FILE:gossipchat> completions ${shell} --config /dev/null > ${script}
    DEPENDS gossipchat
    COMMENT "Writing the completion for ${shell}"
    VERBATIM)
  list(APPEND completions ${script})
endforeach()
add_custom_target(gossipchat_completions ALL DEPENDS ${completions})

# The reference of the public headers, in one piece.
set(reference ${PROJECT_BINARY_DIR}/reference.md)
file(GLOB public_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/gossipchat/*.h)
add_custom_command(OUTPUT ${reference}
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/apireference.py
    --output ${reference} ${PROJECT_SOURCE_DIR}/include/gossipchat
  DEPENDS ${PROJECT_SOURCE_DIR}/tools/apireference.py ${public_headers}
  COMMENT "Writing the reference of the public headers"
  VERBATIM)
add_custom_target(gossipchat_reference ALL DEPENDS ${reference})

# Files for pkg-config and find_package find the rest relative to themselves: the tree may be moved.
set(pkgconfig_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/gossipchat)
file(RELATIVE_PATH prefix_from_pkgconfig /${pkgconfig_folder} /)
set(templates ${PROJECT_SOURCE_DIR}/tools/package)
foreach(name gossipchat.pc gossipchat-static.pc)
  configure_file(${templates}/${name}.in ${PROJECT_BINARY_DIR}/package/${name} @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/package/${name} DESTINATION ${pkgconfig_folder})
endforeach()
configure_package_config_file(${templates}/gossipchatConfig.cmake.in
  ${PROJECT_BINARY_DIR}/package/gossipchatConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/gossipchatConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)

install(TARGETS gossipchat RUNTIME)
install(TARGETS gossipchat_shared EXPORT gossipchatTargets)
install(TARGETS gossipchat_static EXPORT gossipchatStaticTargets)
foreach(set gossipchatTargets gossipchatStaticTargets)
  install(EXPORT ${set} NAMESPACE gossipchat:: DESTINATION ${package_folder})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/package/gossipchatConfig.cmake
  ${PROJECT_BINARY_DIR}/package/gossipchatConfigVersion.cmake DESTINATION ${package_folder})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/gossipchat DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/include/gossipchat/version.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gossipchat)
install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${manual_settings} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
foreach(pair bash:bash-completion/completions zsh:zsh/site-functions fish:fish/vendor_completions.d)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 shell)
  list(GET pair 1 folder)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/completions/${shell}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${reference} DESTINATION ${CMAKE_INSTALL_DOCDIR})
