// swift-tools-version: 6.2
import PackageDescription

// A package that depends on Lariat from outside, with modules that bear the names of Lariat's folders. `.ci/outside`
// copies it out of the repository, builds and runs it.
let package = Package(
    name: "Outside",
    dependencies: [.package(name: "Lariat", path: Context.environment["LARIAT_PATH"] ?? "../..")],
    targets: [
        .target(name: "Reports"),
        .target(name: "Models", dependencies: [.product(name: "Lariat", package: "Lariat")]),
        .target(name: "Training", dependencies: ["Models", .product(name: "Lariat", package: "Lariat")]),
        .executableTarget(
            name: "Housing",
            dependencies: ["Models", "Training", "Reports", .product(name: "Lariat", package: "Lariat")]),
    ]
)
