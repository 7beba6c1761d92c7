# Draws figure-breakdown.pdf and figure-breakdown.svg: run `gnuplot figure-breakdown.gp` in the folder of this file.
set encoding utf8

# Llama2-7B on V100 (run:simulated): start, end, upper and lower edge
$panel1_kind1 << END
0.0 1.284400000000005 0.13 0.376667
0.5 1.784400000000005 1.13 1.376667
0.16666666699995858 1.4510666669999637 2.13 2.376667
0.0 1.284400000000005 3.13 3.376667
0.0 1.284400000000005 4.13 4.376667
END
$panel1_kind2 << END
1.284400000000005 2.56880000000001 0.13 0.376667
1.784400000000005 3.06880000000001 1.13 1.376667
1.4510666669999637 2.7354666669999688 2.13 2.376667
1.284400000000005 2.56880000000001 3.13 3.376667
1.284400000000005 2.56880000000001 4.13 4.376667
END
$panel1_kind3 << END
2.56880000000001 3.2110000000000127 0.13 0.376667
3.06880000000001 3.7110000000000127 1.13 1.376667
2.7354666669999688 3.3776666669999713 2.13 2.376667
2.56880000000001 3.2110000000000127 3.13 3.376667
2.56880000000001 3.2110000000000127 4.13 4.376667
END
$panel1_kind4 << END
18.746302842999967 22.101302842999985 0.13 0.376667
12.436269696999943 15.791269696999962 1.13 1.376667
5.364520747999904 8.719520747999923 2.13 2.376667
6.7384156159999975 10.093415616000016 3.13 3.376667
3.727036820999956 7.082036820999974 4.13 4.376667
END
$panel1_kind5 << END
22.101302842999985 24.74530284299999 0.13 0.376667
15.791269696999962 18.435269696999967 1.13 1.376667
8.719520747999923 11.363520747999928 2.13 2.376667
END
$panel1_kind6 << END
7.082038028999932 8.174038028999917 4.13 4.376667
END
$panel1_kind7 << END
24.74530284299999 24.799701680999988 0.13 0.376667
18.435269696999967 19.054398837999997 1.13 1.376667
11.363520747999928 12.054398837999997 2.13 2.376667
10.093415616000016 10.147814454000013 3.13 3.376667
8.174038028999917 8.288436866999973 4.13 4.376667
END
$panel1_kind8 << END
3.2110000000000127 9.94941561600001 0.376667 0.623333
3.7110000000000127 10.449415615999897 1.376667 1.623333
0.0 6.7384156159999975 3.376667 3.623333
0.0 1.7501388800000086 4.376667 4.623333
END
$panel1_kind10 << END
9.94941561600001 18.746302842999967 0.623333 0.87
10.449415615999897 12.436269696999943 1.623333 1.87
3.3776666669999713 5.364520747999904 2.623333 2.87
3.2110000000000127 6.7384156159999975 3.623333 3.87
3.2110000000000127 3.727036820999956 4.623333 4.87
END
# Moment and row of each mark
$panel1_marks << END
23.16401521364848 0
19.088354349136353 1
12.108455737431845 2
9.91473356882731 3
7.655174096425374 4
END

# Llama2-7B on A10 (run:simulated): start, end, upper and lower edge
$panel2_kind1 << END
0.0 0.9012000000000171 0.13 0.376667
0.5 1.401200000000017 1.13 1.376667
0.16666666699995858 1.0678666669999757 2.13 2.376667
0.0 0.9011999999999034 3.13 3.376667
0.0 0.9012000000000171 4.13 4.376667
END
$panel2_kind2 << END
0.9012000000000171 1.8024000000000342 0.13 0.376667
1.401200000000017 2.302400000000034 1.13 1.376667
1.0678666669999757 1.9690666669999928 2.13 2.376667
0.9011999999999034 1.8023999999999205 3.13 3.376667
0.9012000000000171 1.8024000000000342 4.13 4.376667
END
$panel2_kind3 << END
1.8024000000000342 2.2530000000000427 0.13 0.376667
2.302400000000034 2.752999999999929 1.13 1.376667
1.9690666669999928 2.4196666670000013 2.13 2.376667
1.8023999999999205 2.252999999999929 3.13 3.376667
1.8024000000000342 2.2530000000000427 4.13 4.376667
END
$panel2_kind4 << END
13.706891904000031 15.48789190399998 0.13 0.376667
11.478269697000087 13.259269697000036 1.13 1.376667
4.406520747999934 6.187520747999997 2.13 2.376667
6.7384156159999975 8.519415615999947 3.13 3.376667
2.769036820999986 4.550036821000049 4.13 4.376667
END
$panel2_kind5 << END
15.48789190399998 16.674891903999992 0.13 0.376667
13.259269697000036 14.446269696999934 1.13 1.376667
6.187520747999997 7.374520748000009 2.13 2.376667
END
$panel2_kind6 << END
4.550038029000007 5.642038028999991 4.13 4.376667
END
$panel2_kind7 << END
16.674891903999992 16.730325762000007 0.13 0.376667
14.446269696999934 15.055433858000015 1.13 1.376667
7.374520748000009 8.055433858000015 2.13 2.376667
8.519415615999947 8.574849473999961 3.13 3.376667
5.642038028999991 5.757471887000065 4.13 4.376667
END
$panel2_kind8 << END
2.2530000000000427 8.99141561600004 0.376667 0.623333
2.752999999999929 9.49141561600004 1.376667 1.623333
0.0 6.7384156159999975 3.376667 3.623333
0.0 1.7501388800000086 4.376667 4.623333
END
$panel2_kind10 << END
8.99141561600004 13.706891904000031 0.623333 0.87
9.49141561600004 11.478269697000087 1.623333 1.87
2.4196666670000013 4.406520747999934 2.623333 2.87
2.252999999999929 6.7384156159999975 3.623333 3.87
2.2530000000000427 2.769036820999986 4.623333 4.87
END
# Moment and row of each mark
$panel2_marks << END
16.57095130284627 0
14.077045440673828 1
8.079145113627115 2
8.358131885528564 3
5.588744242986043 4
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,4.472222in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,429 background '#ffffff'
  }
  set output 'figure-breakdown.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.215556
  set rmargin at screen 0.988889
  set bmargin at screen 0.5
  set tmargin at screen 0.826087
  unset label
  unset object
  unset arrow
  set title 'Llama2-7B on V100 (run:simulated)' offset 0,-0.6
  unset xlabel
  set xrange [0:27.279672]
  set yrange [5:0]
  set grid xtics noytics lc rgb '#d9d9d9' lw 0.5 dt 1
  set xtics scale 0.5 font 'DejaVu Sans,8'
  set format x ''
  set ytics scale 0 font 'DejaVu Sans,8' ('Serverless vLLM' 0.5, 'ServerlessLLM' 1.5, 'ServerlessLLM with cached model' 2.5, 'HydraServe with single worker' 3.5, 'HydraServe' 4.5)
  set label '24.8 s' at first 24.799702, first 0.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '19.1 s' at first 19.088354, first 1.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '12.1 s' at first 12.108456, first 2.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '10.2 s' at first 10.147814, first 3.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '8.3 s' at first 8.288437, first 4.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set object rectangle from screen 0.044896,screen 0.951863 to screen 0.067118,screen 0.976708 front fc rgb '#5b6573' fs solid 1 noborder
  set label 'container' at screen 0.072674,screen 0.964286 left
  set object rectangle from screen 0.150618,screen 0.951863 to screen 0.17284,screen 0.976708 front fc rgb '#8e99a8' fs solid 1 noborder
  set label 'runtime' at screen 0.178396,screen 0.964286 left
  set object rectangle from screen 0.244965,screen 0.951863 to screen 0.267188,screen 0.976708 front fc rgb '#c3cad4' fs solid 1 noborder
  set label 'CUDA context' at screen 0.272743,screen 0.964286 left
  set object rectangle from screen 0.377563,screen 0.951863 to screen 0.399785,screen 0.976708 front fc rgb '#3b2d82' fs solid 1 noborder
  set label 'engine' at screen 0.40534,screen 0.964286 left
  set object rectangle from screen 0.46716,screen 0.951863 to screen 0.489382,screen 0.976708 front fc rgb '#8d8cfe' fs solid 1 noborder
  set label 'profile run' at screen 0.494938,screen 0.964286 left
  set object rectangle from screen 0.578007,screen 0.951863 to screen 0.600229,screen 0.976708 front fc rgb '#c7b828' fs solid 1 noborder
  set label 'connect pipeline' at screen 0.605785,screen 0.964286 left
  set object rectangle from screen 0.730354,screen 0.951863 to screen 0.752576,screen 0.976708 front fc rgb '#111111' fs solid 1 noborder
  set label 'first token' at screen 0.758132,screen 0.964286 left
  set object rectangle from screen 0.841201,screen 0.951863 to screen 0.863424,screen 0.976708 front fc rgb '#d34477' fs solid 1 noborder
  set label 'fetch weights' at screen 0.868979,screen 0.964286 left
  set object rectangle from screen 0.369125,screen 0.90528 to screen 0.391347,screen 0.930124 front fc rgb '#2a9d8f' fs solid 1 noborder
  set label 'load to GPU' at screen 0.396903,screen 0.917702 left
  set arrow from screen 0.500833,screen 0.899068 to screen 0.500833,screen 0.936335 nohead front lc rgb '#ffffff' lw 3.6
  set arrow from screen 0.500833,screen 0.899068 to screen 0.500833,screen 0.936335 nohead front lc rgb '#c00000' lw 1.8
  set label 'TTFT in the paper' at screen 0.5175,screen 0.917702 left
  plot $panel1_kind1 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#5b6573' fs solid 1 noborder, \
    $panel1_kind2 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#8e99a8' fs solid 1 noborder, \
    $panel1_kind3 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#c3cad4' fs solid 1 noborder, \
    $panel1_kind4 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#3b2d82' fs solid 1 noborder, \
    $panel1_kind5 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#8d8cfe' fs solid 1 noborder, \
    $panel1_kind6 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#c7b828' fs solid 1 noborder, \
    $panel1_kind7 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#111111' fs solid 1 noborder, \
    $panel1_kind8 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#d34477' fs solid 1 noborder, \
    $panel1_kind10 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#2a9d8f' fs solid 1 noborder, \
    $panel1_marks using 1:($2+0.04):(0):(0.92) with vectors nohead lc rgb '#ffffff' lw 3.6, \
    $panel1_marks using 1:($2+0.04):(0):(0.92) with vectors nohead lc rgb '#c00000' lw 1.8
  
  set lmargin at screen 0.215556
  set rmargin at screen 0.988889
  set bmargin at screen 0.10559
  set tmargin at screen 0.431677
  unset label
  unset object
  unset arrow
  set title 'Llama2-7B on A10 (run:simulated)' offset 0,-0.6
  set xlabel 'time since the request was sent (s)' offset 0,0.4
  set xrange [0:27.279672]
  set yrange [5:0]
  set grid xtics noytics lc rgb '#d9d9d9' lw 0.5 dt 1
  set xtics scale 0.5 font 'DejaVu Sans,8'
  set format x '%g'
  set ytics scale 0 font 'DejaVu Sans,8' ('Serverless vLLM' 0.5, 'ServerlessLLM' 1.5, 'ServerlessLLM with cached model' 2.5, 'HydraServe with single worker' 3.5, 'HydraServe' 4.5)
  set label '16.8 s' at first 16.730326, first 0.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '15.1 s' at first 15.055434, first 1.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '8.1 s' at first 8.079145, first 2.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '8.6 s' at first 8.574849, first 3.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  set label '5.8 s' at first 5.757472, first 4.5 left offset 0.6,0 front font 'DejaVu Sans,8'
  plot $panel2_kind1 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#5b6573' fs solid 1 noborder, \
    $panel2_kind2 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#8e99a8' fs solid 1 noborder, \
    $panel2_kind3 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#c3cad4' fs solid 1 noborder, \
    $panel2_kind4 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#3b2d82' fs solid 1 noborder, \
    $panel2_kind5 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#8d8cfe' fs solid 1 noborder, \
    $panel2_kind6 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#c7b828' fs solid 1 noborder, \
    $panel2_kind7 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#111111' fs solid 1 noborder, \
    $panel2_kind8 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#d34477' fs solid 1 noborder, \
    $panel2_kind10 using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror fc rgb '#2a9d8f' fs solid 1 noborder, \
    $panel2_marks using 1:($2+0.04):(0):(0.92) with vectors nohead lc rgb '#ffffff' lw 3.6, \
    $panel2_marks using 1:($2+0.04):(0):(0.92) with vectors nohead lc rgb '#c00000' lw 1.8
  unset multiplot
  unset output
}
