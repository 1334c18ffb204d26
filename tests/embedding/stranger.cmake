# The CMakeLists.txt of a program that uses libgossipchat: LIBRARY is gossipchat or gossipchat_static.
cmake_minimum_required(VERSION 3.18)
project(stranger LANGUAGES C)
if(LIBRARY STREQUAL "gossipchat_static")
  set(components COMPONENTS static)
endif()
find_package(gossipchat 0.1 REQUIRED ${components})
add_executable(example example.c)
target_link_libraries(example PRIVATE gossipchat::${LIBRARY})
