// swift-tools-version: 6.2
import PackageDescription

// Folders keep short names; the modules behind them carry the prefix `Lariat`, because target names
// must be unique in the whole package graph of whoever depends on this package.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func library(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)", swiftSettings: settings)
}

func tests(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["LariatTestSupport"], path: "Tests/\(folder)",
        swiftSettings: settings)
}

let package = Package(
    name: "Lariat",
    products: [
        .library(name: "Lariat", targets: ["Lariat"]),
        .library(name: "LariatReports", targets: ["LariatReports"]),
        .executable(name: "lariat", targets: ["LariatCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // MARK: The C side
        .systemLibrary(
            name: "COpenBLAS", path: "Modules/COpenBLAS", pkgConfig: "openblas lapacke",
            providers: [.apt(["libopenblas-dev", "liblapacke-dev", "pkg-config"])]),
        .target(name: "CKernels", path: "Modules/CKernels"),

        // MARK: The libraries; an arrow runs only from a later line to an earlier one
        library("LinearAlgebra", "LinearAlgebra", ["COpenBLAS", "CKernels"]),
        library("RegularizedLoss", "RegularizedLoss", ["LinearAlgebra"]),
        library("LariatOptimizers", "Optimizers", ["LinearAlgebra"]),
        library("LariatDatasets", "Datasets", ["LinearAlgebra"]),
        library("LariatModels", "Models", ["LinearAlgebra", "LariatDatasets"]),
        library("LariatServing", "Serving", ["LinearAlgebra", "LariatDatasets", "LariatModels"]),
        library(
            "LariatTraining", "Training",
            ["LinearAlgebra", "RegularizedLoss", "LariatOptimizers", "LariatDatasets", "LariatModels"]),
        library(
            "Lariat", "Lariat",
            [
                "LinearAlgebra", "RegularizedLoss", "LariatOptimizers", "LariatDatasets",
                "LariatModels", "LariatServing", "LariatTraining",
            ]),

        // Plots and reports of anybody's numbers: it knows nothing of models.
        library("LariatReports", "Reports", []),

        // MARK: The command, and what only it uses
        library(
            "LariatBench", "Bench",
            [
                "LinearAlgebra", "RegularizedLoss", "LariatOptimizers", "LariatDatasets", "LariatModels",
                "LariatTraining", "LariatReports",
            ]),
        .executableTarget(
            name: "LariatCommand",
            dependencies: [
                "Lariat", "LariatBench", "LariatDatasets", "LariatModels", "LariatReports", "LinearAlgebra",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/LariatCommand", swiftSettings: settings),

        // MARK: Tests, one bundle a library
        .target(
            name: "LariatTestSupport", dependencies: ["LinearAlgebra"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(name: "CAllocationCount", path: "Tests/AllocationCount"),
        tests("LinearAlgebraTests", "LinearAlgebraTests", ["LinearAlgebra", "CKernels"]),
        tests("RegularizedLossTests", "RegularizedLossTests", ["LinearAlgebra", "RegularizedLoss"]),
        tests("LariatOptimizersTests", "OptimizersTests", ["LinearAlgebra", "LariatOptimizers"]),
        tests("LariatDatasetsTests", "DatasetsTests", ["LinearAlgebra", "LariatDatasets"]),
        tests(
            "LariatModelsTests", "ModelsTests", ["LinearAlgebra", "LariatDatasets", "LariatModels"]),
        // What a test imports is named, though `Lariat` brings it: else a change of its layout does not rebuild the test.
        tests(
            "LariatServingTests", "ServingTests",
            ["Lariat", "LariatDatasets", "LariatModels", "LariatServing", "CAllocationCount"]),
        tests(
            "LariatTrainingTests", "TrainingTests",
            ["Lariat", "LariatDatasets", "LariatModels", "LariatTraining", "CAllocationCount"]),
        tests("LariatReportsTests", "ReportsTests", ["LariatReports"]),
        tests(
            "LariatCommandTests", "CommandTests",
            ["Lariat", "LariatBench", "LariatModels", "LariatReports", "LariatCommand"]),
    ]
)
