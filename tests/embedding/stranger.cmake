# The CMakeLists.txt of a program that uses libgossipchat: TARGET is gossipchat or gossipchat_static.
cmake_minimum_required(VERSION 3.18)
project(stranger LANGUAGES C)
find_package(gossipchat 0.1 REQUIRED)
add_executable(example example.c)
target_link_libraries(example PRIVATE gossipchat::${TARGET})
