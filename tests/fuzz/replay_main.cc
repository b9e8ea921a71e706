// Runs a libFuzzer entry point without libFuzzer: every seed file of the folder given, then mutations of them, always the same ones.
//
//   fuzz_names SEEDS_FOLDER [MUTATIONS_PER_SEED]
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void RunOne(const std::string& input) { LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size()); }

// One to four small damages: a byte changed, a stretch cut, repeated, or taken from another seed.
std::string Mutate(std::string s, const std::vector<std::string>& seeds, std::mt19937& random) {
  const auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  for (size_t step = 1 + below(4); step > 0; --step) {
    const size_t at = below(s.size() + 1);
    const size_t length = std::min(s.size() - at, 1 + below(16));
    switch (below(6)) {
      case 0:
        if (at < s.size()) s[at] = static_cast<char>(random());
        break;
      case 1:
        s.erase(at, length);
        break;
      case 2:
        s.insert(at, s.substr(at, length));
        break;
      case 3:
        s.insert(at, 1, "\0\xff\",;\r\n/.-:{}[]09Az"[below(20)]);
        break;
      case 4: {
        const std::string& other = seeds[below(seeds.size())];
        const size_t from = below(other.size() + 1);
        s.insert(at, other.substr(from, 1 + below(64)));
        break;
      }
      default:
        if (at < s.size()) s[at] = static_cast<char>(s[at] ^ (1 << below(8)));
    }
  }
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: " << argv[0] << " SEEDS_FOLDER [MUTATIONS_PER_SEED]\n";
    return 2;
  }
  const int mutations = argc > 2 ? std::atoi(argv[2]) : 2000;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (seeds.empty()) {
    std::cerr << argv[1] << " holds no seeds\n";
    return 2;
  }
  RunOne("");
  std::mt19937 random(20250722);
  int runs = 1;
  for (const std::string& seed : seeds) {
    RunOne(seed);
    for (int i = 0; i < mutations; ++i) RunOne(Mutate(seed, seeds, random));
    runs += 1 + mutations;
  }
  std::cout << runs << " inputs\n";
  return 0;
}
